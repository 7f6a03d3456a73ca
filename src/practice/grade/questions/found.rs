//! Questions from findings of rules, from what stores lose and hold, from decisions.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::super::Graded;
use super::super::requirements::keepers;
use super::{Question, answering};
use crate::analysis::consistency::SeenData;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::attributes::Word as _;
use crate::model::attributes::words::{Consistency, Quality};
use crate::model::{AttrId, ComponentId, DataId, Decision, FlowId, Kind};
use crate::units::{Currency, DAY, format_count, format_money, format_rate, format_share, format_time};

/// So many findings are asked about, and so many decisions.
const FINDINGS: usize = 4;
const DECISIONS: usize = 2;

/// What is asked about something, by what a rule is about. One question each, of which the finding is the answer.
const ASKED: &[(&str, &str)] = &[
    ("AV", "What do users notice when {} fails?"),
    ("CA", "All copies around {} are gone at once. What do readers get?"),
    ("CO", "What else has to change when {} does?"),
    ("CP", "How much more can {} take?"),
    ("CS", "Two people use {} in the same moment. What does the second one see?"),
    ("CX", "What would you leave out of {}?"),
    ("DA", "Some keys are asked for far more than others. What becomes of {}?"),
    ("DE", "What did you pay for {}?"),
    ("DR", "Somebody deletes everything in {}. What is lost for good?"),
    ("LT", "What would you cut of the time around {}?"),
    ("MQ", "A message around {} comes twice. What then?"),
    ("OB", "How do you learn that {} is in trouble before your users do?"),
    ("RS", "{} is slow for a minute. What happens to its callers?"),
    ("SE", "Who can reach or read {}?"),
];
/// Where a rule asks for another question than its kin.
const ASKED_OF: &[(&str, &str)] = &[
    ("AV003", "How many minutes a year may {} be down?"),
    ("AV008", "{} fails at four in the morning. Who moves the work?"),
    ("AV010", "A zone is gone. Can what is left of {} take all of the load?"),
    ("CA004", "Why would so many requests find what they look for in {}?"),
    ("CS007", "{} dies between its two writes. Which of them is true?"),
    ("CX003", "Which bytes around {} cost the most?"),
    ("CX004", "Would anybody miss {}?"),
    ("DA004", "A node of {} burns. How many copies are left?"),
    ("DR002", "What takes {} away and its backup with it?"),
    ("DR004", "{} is gone. When are you back?"),
    ("LT005", "How often does a request around {} cross between regions?"),
    ("MQ002", "A message around {} fails each time. Where does it end?"),
    ("MQ003", "Two messages around {} overtake each other. Who notices?"),
    ("MQ004", "Messages come faster to {} than they are taken. How long is the line after an hour?"),
    ("RS001", "{} never answers. How long does its caller wait?"),
    ("RS002", "The caller around {} has given up. Who still works for it?"),
    ("RS003", "How many good answers does the timeout of {} throw away?"),
    ("RS004", "{} fails for a minute. How many times the load do retries make?"),
    ("RS008", "Ten times the requests come to {}. Which of them do you refuse?"),
    ("RS012", "All connections to {} are lost at once. What does the next second look like?"),
    ("SE004", "In which country does {} lie?"),
    ("SE005", "Somebody wants to be forgotten. Which copies in {} are still there after a month?"),
];

/// The worst findings, one of a rule, errors first.
pub(super) fn findings(graded: &Graded<'_>, severities: RangeInclusive<Severity>) -> Vec<Question> {
    let mut known = BTreeSet::new();
    let mut found: Vec<&Diagnostic> = graded.trial.compilation.diagnostics.iter().collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.severity));
    let worth = |it: &&Diagnostic| severities.contains(&it.severity);
    let ask = |it: &Diagnostic| {
        let asked = ASKED_OF.iter().chain(ASKED);
        let (_, text) = asked.into_iter().find(|(prefix, _)| it.code.starts_with(prefix))?;
        let subject = it.subjects.first().map_or_else(|| "this".to_owned(), |it| loaded(graded, it));
        let help = it.help.as_deref().map_or_else(String::new, |help| format!("; {help}"));
        Some(Question::new(it.code, text.replace("{}", &subject), format!("{}{help}", it.message)))
    };
    found
        .into_iter()
        .filter(worth)
        .filter(|it| known.insert(it.code))
        .filter_map(ask)
        .take(FINDINGS)
        .collect()
}

/// What a finding is about, with its requests at the peak where they are known.
fn loaded(graded: &Graded<'_>, path: &str) -> String {
    let (model, load) = (&graded.trial.compilation.model, &graded.trial.compilation.facts.load);
    let of_component = || {
        let (id, _) = model.components.enumerate().find(|(_, it)| it.header.path == path)?;
        load.component(id)?.peak
    };
    let of_flow = || {
        let (id, _) = model.flows.enumerate().find(|(_, it)| it.header.path == path)?;
        load.flow(id)?.peak
    };
    match of_component().or_else(of_flow).filter(|rate| *rate > 0.0) {
        Some(rate) => format!("`{path}` ({} at the peak)", format_rate(rate)),
        None => format!("`{path}`"),
    }
}

/// What a wrong delete takes from the store of the data that may be lost least, with the store's path.
pub(super) fn wrong_delete(graded: &Graded<'_>) -> Option<(String, Question)> {
    let brief = &graded.sides.brief.model;
    let compilation = &graded.trial.compilation;
    let limit = |it: &crate::model::Data| it.attrs.seconds(AttrId::RPO);
    let mut asked: Vec<_> = brief.data.enumerate().filter_map(|(id, it)| Some((limit(it)?, id))).collect();
    asked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let kept = |id| keepers(graded, graded.matches.of_data(id)?).first().copied();
    let (store, id) = asked.iter().find_map(|(_, id)| Some((kept(*id)?, *id)))?;
    let recovery = compilation.facts.recovery.of(store)?;
    let path = compilation.model.path(store);
    let title = brief.data[id].header.title();
    let growth = brief.data[id].attrs.per_second(AttrId::GROWTH).filter(|growth| *growth > 0.0);
    let daily = growth.map_or_else(String::new, |it| format!(", {} new a day", format_count(it * DAY)));
    let question = format!(
        "Somebody deletes `{path}` by mistake at noon. How much of it is lost for good ({title}{daily})?"
    );
    let lost = match recovery.lost_by_delete {
        Some(lost) => {
            let many =
                growth.map_or_else(String::new, |it| format!(", about {}", format_count((it * lost).ceil())));
            let often = "which is how often it is backed up";
            format!("what was written in the last {}{many}, {often}", format_time(lost))
        }
        None => "all of it: no backup is told".to_owned(),
    };
    let back = match recovery.gone_by_delete() {
        Some(time) => format!("back after {}", format_time(time)),
        None => "no `restore_time` tells when it is back".to_owned(),
    };
    Some((path.to_owned(), Question::new("recovery", question, format!("{lost}; {back}"))))
}

/// What somebody sees who reads what was written a moment ago.
pub(super) fn read_back(graded: &Graded<'_>) -> Option<Question> {
    let compilation = &graded.trial.compilation;
    let model = &compilation.model;
    let need = |data: DataId| model.data[data].attrs.word::<Consistency>(AttrId::CONSISTENCY);
    let of = |id: FlowId| {
        let all = compilation.facts.consistency.flow(id)?.data.iter();
        Some(all.filter(|it| it.level.is_some() && !it.weakest.is_empty()).map(move |it| (id, it)))
    };
    // of what must be right at once, where there is such; what never changes can only be missing
    let rank = |it: &SeenData| (need(it.data), !model.data[it.data].attrs.is_true(AttrId::IMMUTABLE));
    let all = answering(graded).filter_map(of).flatten();
    let (flow, seen) = all.reduce(|best, it| if rank(it.1) > rank(best.1) { it } else { best })?;
    let level = seen.level?;
    let (data, name) = (model.data[seen.data].header.title(), &model.flows[flow].header.name);
    let immutable = model.data[seen.data].attrs.is_true(AttrId::IMMUTABLE);
    let rate = compilation.facts.load.flow(flow).and_then(|load| load.peak);
    let rate = rate.map_or_else(String::new, |rate| format!(", one of {} at the peak,", format_rate(rate)));
    let done = if immutable { "has just been written" } else { "has just changed" };
    let question = format!("{data} {done}, and `{name}`{rate} reads it at once. What can it see?");
    let weakest: Vec<String> = seen.weakest.iter().map(|(id, _)| format!("`{}`", model.path(*id))).collect();
    let class = seen.pacelc.map_or_else(String::new, |it| {
        let parted =
            if it.serves_in_partition { "answers with what it has" } else { "refuses rather than be wrong" };
        format!("; when the network parts it {parted} ({})", it.as_str())
    });
    let age = crate::analysis::staleness::of_flow(model, flow).filter(|age| age.is_finite() && *age > 0.0);
    let age = age.map_or_else(String::new, |age| format!(", at most {} old", format_time(age)));
    let level = level.as_str().replace('_', " ");
    let answer = format!("what {} gives, which is {level}{age}{class}", weakest.join(" or "));
    Some(Question::new("consistency", question, answer))
}

/// The price of decisions; of a design without any, of its first store.
pub(super) fn decisions(graded: &Graded<'_>) -> Vec<Question> {
    let model = &graded.sides.design.model;
    let told: Vec<Question> = model
        .decisions
        .iter()
        .filter(|it| it.attrs.has(AttrId::BECAUSE))
        .take(DECISIONS)
        .map(price)
        .collect();
    if !told.is_empty() {
        return told;
    }
    let unsaid = || {
        let it = model.components.iter().find(|it| it.kind.is_store())?;
        let what = it.tech.as_ref().map_or_else(|| it.kind.as_str().to_owned(), |it| it.name.to_string());
        let question =
            format!("What did you give up by taking {what} for {}?", loaded(graded, &it.header.path));
        let answer = "no `decision` says so: write down what was chosen over what, and its price";
        Some(Question::new("decisions", question, answer))
    };
    unsaid().into_iter().collect()
}

fn price(it: &Decision) -> Question {
    let list = |attr: AttrId| -> Vec<&str> {
        it.attrs.words::<Quality>(attr).unwrap_or_default().into_iter().map(Quality::as_str).collect()
    };
    let over: Vec<&str> = it.attrs.texts(AttrId::OVER).iter().map(|(text, _)| text.as_str()).collect();
    let instead = if over.is_empty() { String::new() } else { format!(" rather than {}", over.join(" or ")) };
    let question = format!("\"{}\"{instead}: what is the price of that?", it.header.title());
    let price = match list(AttrId::COSTS).as_slice() {
        [] => "its price is not told".to_owned(),
        costs => format!("paid in {}", costs.join(", ")),
    };
    let gives = match list(AttrId::GIVES).as_slice() {
        [] => String::new(),
        gives => format!(" for {}", gives.join(", ")),
    };
    let why = it.attrs.text(AttrId::BECAUSE).unwrap_or_default().trim_end_matches('.');
    Question::new("decisions", question, format!("{price}{gives}: {why}"))
}

/// What the bill consists of, where prices are given.
pub(super) fn bill(graded: &Graded<'_>) -> Option<Question> {
    let compilation = &graded.trial.compilation;
    let cost = &compilation.facts.cost;
    let total = cost.total.filter(|total| *total > 0.0)?;
    let model = &compilation.model;
    let (dearest, id) = model
        .components
        .ids()
        .filter_map(|id| Some((cost.of(id)?, id)))
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    let money = |amount: f64| format_money(amount, cost.currency.unwrap_or(Currency::Dollar));
    let question = format!("It costs {} a month. What would you save on first?", money(total));
    let unpriced = match cost.unpriced.len() {
        0 => String::new(),
        1 => "; 1 part gives no `cost`".to_owned(),
        more => format!("; {more} parts give no `cost`"),
    };
    let share = format_share(dearest / total);
    Some(Question::new(
        "cost",
        question,
        format!("`{}` is {share} of it, {}{unpriced}", model.path(id), money(dearest)),
    ))
}

/// What no request passes.
pub(super) fn idle(graded: &Graded<'_>) -> Option<Question> {
    let model = &graded.sides.design.model;
    let visited: BTreeSet<ComponentId> =
        model.flows.iter().flat_map(|flow| flow.visits.iter().map(|visit| visit.component)).collect();
    let works = |kind: Kind| kind.is_compute() || kind.is_store() || kind.is_broker() || kind == Kind::Cache;
    let (_, it) = model.components.enumerate().find(|(id, it)| works(it.kind) && !visited.contains(id))?;
    let question = format!("No flow passes `{}`. Would anybody miss it?", it.header.path);
    Some(Question::new("flows", question, "either it goes, or the flow is missing that needs it"))
}

/// The store that is full first.
pub(super) fn full(graded: &Graded<'_>) -> Option<Question> {
    let compilation = &graded.trial.compilation;
    let model = &compilation.model;
    let of = |id: ComponentId| Some((compilation.facts.storage.store(id)?.exhausted_after?, id));
    let (time, id) =
        model.components.ids().filter_map(of).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
    let question = format!("When is {} full?", loaded(graded, model.path(id)));
    Some(Question::new(
        "storage",
        question,
        format!("after {} from empty, at the growth of the design", format_time(time)),
    ))
}
