//! The formulas of placement.

use super::figures::from_failures;

#[test]
fn failover_times_are_repairs() {
    let month = 30.0 * 86_400.0;
    assert!((from_failures(month, 60.0) - 0.999_976_9).abs() < 5e-8);
    assert!((from_failures(month, 1800.0) - 0.999_306).abs() < 5e-7);
    assert_eq!(from_failures(0.0, 1.0), 0.0);
}
