;;; arch-mode.el --- Software architecture as text  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; A major mode for .arch files: colours, comments, indentation, an index of declarations, and archc-lsp by eglot.
;; Words have no list here: a statement is known by its shape, and the server tells the rest.

;;; Code:

(defgroup arch nil "Software architecture as text." :group 'languages)

(defcustom arch-indent-offset 2
  "How many columns a block is indented."
  :type 'natnum
  :safe #'natnump)

(defconst arch--name "[[:alpha:]_]\\(?:[[:alnum:]_]\\|-[[:alnum:]]\\)*")

(defvar arch-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 124b" table)
    ;; block comments nest
    (modify-syntax-entry ?* ". 23n" table)
    (modify-syntax-entry ?\n "> b" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?- "_" table)
    (dolist (sign '(?= ?< ?> ?~ ?| ?@ ?# ?% ?$))
      (modify-syntax-entry sign "." table))
    table))

(defvar arch-font-lock-keywords
  `(("^\\s-*///\\(?:[^/\n].*\\)?$" 0 font-lock-doc-face t)
    ("@\\(?:allow\\|tags\\)\\_>" . font-lock-preprocessor-face)
    (,(concat "\\(?:^\\|[;{]\\)\\s-*\\(import\\)\\s-+\"") 1 font-lock-keyword-face)
    (,(concat "\\(?:^\\|[;{]\\)\\s-*\\(slo\\)\\s-+\\(" arch--name "\\)\\s-*[<>=]")
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face))
    (,(concat "\\(?:^\\|[;{]\\)\\s-*\\(forbid\\|require\\)\\s-+[^-=~: \t\n]") 1 font-lock-keyword-face)
    ("\\_<except\\_>" . font-lock-keyword-face)
    ;; KEY = VALUE
    (,(concat "\\_<\\(" arch--name "\\)\\s-*=[^=>]") 1 font-lock-variable-name-face)
    ;; KIND NAME [: TECHNOLOGY]
    (,(concat "\\(?:^\\|[;{}]\\|)\\)\\s-*\\(" arch--name "\\)\\s-+\\(" arch--name "\\)\\s-*"
              "\\(?::\\s-*\\(" arch--name "\\)\\)?\\s-*\\(?:[\"{};]\\|//\\|$\\)")
     (1 font-lock-keyword-face) (2 font-lock-function-name-face) (3 font-lock-type-face nil t))
    ("->>\\|->\\|~>\\|=>\\|--" . font-lock-builtin-face)
    ("\\_<\\(?:true\\|false\\)\\_>" . font-lock-constant-face)
    ("\\_<[0-9][0-9_.]*[%[:alpha:]]*\\(?:/[[:alpha:]]+\\)?" . font-lock-constant-face))
  "Shapes of statements.")

(defun arch-indent-line ()
  "Indent by the depth of braces and brackets."
  (interactive)
  (let* ((depth (save-excursion
                  (back-to-indentation)
                  (let ((depth (car (syntax-ppss))))
                    (if (looking-at "[]})]") (1- depth) depth))))
         (column (* arch-indent-offset (max 0 depth))))
    (unless (nth 8 (save-excursion (syntax-ppss (line-beginning-position))))
      (if (<= (current-column) (current-indentation))
          (indent-line-to column)
        (save-excursion (indent-line-to column))))))

;;;###autoload
(define-derived-mode arch-mode prog-mode "Arch"
  "Major mode for software architecture as text."
  (setq-local comment-start "// "
              comment-end ""
              comment-start-skip "\\(?://+\\|/\\*+\\)\\s-*"
              indent-tabs-mode nil
              indent-line-function #'arch-indent-line
              electric-indent-chars (append '(?\] ?\}) electric-indent-chars)
              font-lock-defaults '(arch-font-lock-keywords)
              imenu-generic-expression
              `((nil ,(concat "^\\s-*" arch--name "\\s-+\\(" arch--name "\\)\\s-*\\(?:[:\"{]\\|$\\)") 1))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.arch\\'" . arch-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(arch-mode . ("archc-lsp"))))

(provide 'arch-mode)
;;; arch-mode.el ends here
