//! The shape of each kind: the outline of its card and the icon in it, all drawn for this program. It knows no colours
//! and no place.

/// The border of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outline {
    /// A rounded rectangle.
    Card,
    /// A rounded rectangle, drawn dashed: not part of the system.
    Outside,
    /// Round at both ends: somebody.
    Round,
    /// A browser's window.
    Window,
    /// Pointed at both sides: something that passes traffic on.
    Hexagon,
    /// A drum: something that keeps data.
    Cylinder,
    /// A drum on its side: something that data runs through.
    Pipe,
    /// Wider at the top.
    Bucket,
    /// A card with a folded corner: code that runs when called.
    Folded,
}

/// Room that an outline needs around its content.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Inset {
    /// Left of it.
    pub left: f64,
    /// Right of it.
    pub right: f64,
    /// Above it.
    pub top: f64,
    /// Below it.
    pub bottom: f64,
}

/// Depth of a drum's lid, a pipe's end, a hexagon's point and a bucket's slope.
pub const DEPTH: f64 = 7.0;
/// Height of a window's bar.
pub const BAR: f64 = 12.0;

/// The outline of a built-in kind.
#[must_use]
pub fn outline(kind: &str) -> Outline {
    match kind {
        "person" => Outline::Round,
        "client" => Outline::Window,
        "external" => Outline::Outside,
        "load_balancer" | "gateway" | "proxy" => Outline::Hexagon,
        "function" => Outline::Folded,
        "database" | "cache" | "warehouse" => Outline::Cylinder,
        "object_store" => Outline::Bucket,
        "queue" | "topic" | "stream" => Outline::Pipe,
        _ => Outline::Card,
    }
}

impl Outline {
    /// Room around the content.
    #[must_use]
    pub fn inset(self) -> Inset {
        let (side, top, bottom) = match self {
            Self::Card | Self::Outside => (0.0, 0.0, 0.0),
            Self::Round => (6.0, 0.0, 0.0),
            Self::Window => (0.0, BAR, 0.0),
            Self::Hexagon | Self::Bucket => (DEPTH, 0.0, 0.0),
            Self::Cylinder => (0.0, 13.0, 3.0),
            Self::Pipe => (0.0, 0.0, 0.0),
            Self::Folded => (2.0, 0.0, 0.0),
        };
        let right = if self == Self::Pipe { DEPTH * 2.0 } else { side };
        let left = if self == Self::Pipe { DEPTH * 0.75 } else { side };
        Inset { left, right, top, bottom }
    }

    /// How far the outline lies inside its box where an edge meets it: `x`, `y` from the box's corner, on its border.
    #[must_use]
    pub fn dent(self, x: f64, y: f64, w: f64, h: f64) -> f64 {
        let level = y <= 0.5 || y >= h - 0.5;
        // An ellipse with the given half axis, seen from its box.
        let round = |at: f64, half: f64| 1.0 - (1.0 - ((at - half) / half).clamp(-1.0, 1.0).powi(2)).sqrt();
        match (self, level) {
            (Self::Cylinder, true) => DEPTH * round(x, w / 2.0),
            (Self::Pipe, false) => DEPTH * round(y, h / 2.0),
            (Self::Hexagon, false) => DEPTH * ((y - h / 2.0).abs() / (h / 2.0)).min(1.0),
            (Self::Hexagon, true) => 0.0,
            (Self::Bucket, false) => DEPTH * (y / h).clamp(0.0, 1.0),
            (Self::Round, false) => {
                let r = h / 2.0;
                r * round(y, r)
            }
            (Self::Round, true) => {
                let r = h / 2.0;
                let near = x.min(w - x);
                if near < r { r * round(near, r) } else { 0.0 }
            }
            _ => 0.0,
        }
    }
}

/// A drawing on a square of 20: `M` `L` `C` `Z` as in SVG with absolute numbers, `O x y r` a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Icon {
    /// The same for the same drawing, everywhere.
    pub name: &'static str,
    /// Its steps.
    pub steps: &'static str,
}

/// The icon of a kind, or the one that is asked for.
#[must_use]
pub fn icon(kind: &str, asked: Option<&str>) -> Icon {
    let name = match asked {
        Some("phone" | "mobile") => "phone",
        Some("browser" | "desktop" | "web") => "client",
        Some(other) if ICONS.iter().any(|i| i.0 == other) => other,
        _ => kind,
    };
    let found = ICONS.iter().find(|i| i.0 == name).unwrap_or(&("other", "M3 3 L17 3 L17 17 L3 17 Z"));
    Icon { name: found.0, steps: found.1 }
}

#[rustfmt::skip]
const ICONS: &[(&str, &str)] = &[
    ("phone", "M6 1.5 L14 1.5 L14 18.5 L6 18.5 Z M9 16 L11 16"),
    ("person", "O10 6 3.6 M3 18 C3 9.8 17 9.8 17 18"),
    ("client", "M2 3 L18 3 L18 14 L2 14 Z M10 14 L10 17 M6 17 L14 17"),
    ("external", "M6 16 C0.5 16 1 10 5 9.8 C5 3.5 13.5 3 14.5 8.6 C19.5 8.6 19.5 16 15 16 Z"),
    ("dns", "O10 10 8 M2 10 L18 10 M10 2 C5 7 5 13 10 18 M10 2 C15 7 15 13 10 18"),
    ("cdn", "O10 10 3 O10 2.8 1.5 O3.4 15 1.5 O16.6 15 1.5 M10 4.5 L10 7 M4.8 14 L7.3 12 M15.2 14 L12.7 12"),
    ("waf", "M10 1.5 L17 4 L17 9 C17 14 13 17 10 18.5 C7 17 3 14 3 9 L3 4 Z M6.5 9.5 L9 12 L13.5 7.5"),
    ("load_balancer", "M1.5 10 L7 10 M7 10 C11 10 9 4 17 4 M7 10 L17 10 M7 10 C11 10 9 16 17 16 M15 2 L17.5 4 L15 6 M15 8 L17.5 10 L15 12 M15 14 L17.5 16 L15 18"),
    ("gateway", "M3 18 L3 8 C3 0 17 0 17 8 L17 18 M7 18 L7 9 C7 5.5 13 5.5 13 9 L13 18 M1 18 L19 18"),
    ("proxy", "M2 6.5 L16 6.5 M13 3.5 L16.5 6.5 L13 9.5 M18 13.5 L4 13.5 M7 10.5 L3.5 13.5 L7 16.5"),
    ("service", "M10 1.5 L17.5 5.8 L17.5 14.2 L10 18.5 L2.5 14.2 L2.5 5.8 Z M2.5 5.8 L10 10 L17.5 5.8 M10 10 L10 18.5"),
    ("function", "M5 3 L8 3 L15 17 L17 17 M10 7.5 L5 17"),
    ("worker", "O10 10 3 O10 10 6.2 M10 1.5 L10 3.8 M10 16.2 L10 18.5 M1.5 10 L3.8 10 M16.2 10 L18.5 10 M4 4 L5.6 5.6 M14.4 14.4 L16 16 M16 4 L14.4 5.6 M5.6 14.4 L4 16"),
    ("job", "M4 2 L16 2 L16 18 L4 18 Z M8 2 L8 4.5 L12 4.5 L12 2 M7 11.5 L9.2 13.7 L13.2 8.8"),
    ("database", "M3 4.5 C3 1 17 1 17 4.5 C17 8 3 8 3 4.5 M3 4.5 L3 15.5 C3 19 17 19 17 15.5 L17 4.5 M3 10 C3 13.5 17 13.5 17 10"),
    ("cache", "M11.5 1.5 L4 11.5 L9.5 11.5 L8.5 18.5 L16 8.5 L10.5 8.5 Z"),
    ("object_store", "M2.5 4.5 L4.8 17.5 L15.2 17.5 L17.5 4.5 M2.5 4.5 C2.5 1.8 17.5 1.8 17.5 4.5 C17.5 7.2 2.5 7.2 2.5 4.5"),
    ("search_index", "O8.5 8.5 6 M13 13 L18.5 18.5 M6 7 L11 7 M6 10 L10 10"),
    ("warehouse", "M2 18 L2 8 L10 2 L18 8 L18 18 Z M6 18 L6 14 M10 18 L10 10 M14 18 L14 12"),
    ("queue", "M2 5 L6 5 L6 15 L2 15 Z M8 5 L12 5 L12 15 L8 15 Z M14 10 L19 10 M16.5 7.5 L19 10 L16.5 12.5"),
    ("topic", "O5 10 2.6 M7.6 10 L12 10 M7 8.2 L13 4 M7 11.8 L13 16 O15 3.4 1.9 O15 10 1.9 O15 16.6 1.9"),
    ("stream", "M1.5 6 C5 2 7 2 10 6 C13 10 15 10 18.5 6 M1.5 14 C5 10 7 10 10 14 C13 18 15 18 18.5 14"),
    ("identity", "O6.5 10 4 M10.5 10 L18.5 10 M15 10 L15 13.5 M18 10 L18 12.5"),
    ("secret_store", "M3.5 9 L16.5 9 L16.5 18 L3.5 18 Z M6 9 L6 6 C6 1 14 1 14 6 L14 9 M10 12.5 L10 14.8"),
    ("registry", "M4 2 L16 2 L16 18 L4 18 Z M7 6.5 L13 6.5 M7 10 L13 10 M7 13.5 L11 13.5"),
    ("monitor", "M1.5 10.5 L5.5 10.5 L8 4 L12 16 L14.5 10.5 L18.5 10.5"),
    ("scheduler", "O10 10 8 M10 5 L10 10 L13.5 12.5"),
];
