//! The messages that the server sends unasked, by name.

use crate::server::Told;

/// Declares a message: `IDENT "method"`.
macro_rules! messages {
    ($($(#[$about:meta])* $ident:ident $method:literal;)*) => {
        $(
            $(#[$about])*
            pub(crate) struct $ident;

            impl Told for $ident {
                const METHOD: &'static str = $method;
            }
        )*
    };
}

messages! {
    /// What was found in a file.
    PublishDiagnostics "textDocument/publishDiagnostics";
    /// Files are to be watched.
    RegisterCapability "client/registerCapability";
    /// Settings are wanted.
    Configuration "workspace/configuration";
    /// Hints are to be asked for anew.
    RefreshHints "workspace/inlayHint/refresh";
    /// Lenses are to be asked for anew.
    RefreshLenses "workspace/codeLens/refresh";
    /// Something for the user to read.
    ShowMessage "window/showMessage";
    /// Work that takes its time is to be shown.
    CreateProgress "window/workDoneProgress/create";
    /// How far it is.
    Progress "$/progress";
    /// Findings are to be asked for anew.
    RefreshFindings "workspace/diagnostic/refresh";
}
