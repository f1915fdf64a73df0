//! The runner against a backend that answers as the test says.

use super::*;
use crate::request::{Cause, Ending, Finished, Message, Subject, UniqueProcess};
use crate::scenario::parse::{Source, parse};
use crate::trace::Trace;

/// Answers in order, and keeps what it was asked; of time that passes on top of that nothing comes.
#[derive(Default)]
struct Script {
    answers: VecDeque<Observation>,
    asked: Vec<Request>,
    now: u64,
}

impl Backend for Script {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        // The time at which the runner lets everything happen that is due by now.
        if *request == (Request::Proceed { until: Some(self.now) }) {
            return Ok(Observation { idle: true, now: self.now, ..Observation::default() });
        }
        self.asked.push(request.clone());
        let idle = Observation { idle: true, now: self.now, ..Observation::default() };
        let answer = self.answers.pop_front().unwrap_or(idle);
        self.now = answer.now;
        Ok(answer)
    }

    fn unique_process(&mut self, _: Subject) -> Result<UniqueProcess, BackendError> {
        Ok(UniqueProcess { pid: 1, start_time: 1 })
    }
}

fn returned(code: u32) -> Observation {
    Observation { ending: Some(Ending::Returned(code)), ..Observation::default() }
}

fn pending(call: u32) -> Observation {
    Observation { pending: Some(call), ..Observation::default() }
}

fn at(now: u64, happened: Vec<Happening>) -> Observation {
    Observation { happened: happened.into(), now, ..Observation::default() }
}

fn finished(now: u64, call: u32, code: u32) -> Observation {
    let finished = vec![Finished { call, answer: returned(code) }];
    Observation { finished, now, ..Observation::default() }
}

fn idle(now: u64) -> Observation {
    Observation { idle: true, now, ..Observation::default() }
}

fn told(what: Message) -> Happening {
    Happening::Told { who: Subject::Application(0), what, cause: Cause::Own }
}

const QUERY: Message = Message::Query { window: 0, flags: 1 };

/// Runs `steps`, the last of a scenario that starts a session, against `answers` to them.
fn run_steps(steps: &str, answers: Vec<Observation>) -> (Scenario, Run, Vec<Request>) {
    let text = format!(
        "version: 1\nscenario: A test\nworld:\n  editor: {{ type: main-window }}\nsteps:\n- start-session: {{ as: main }}\n{steps}"
    );
    let scenario = parse(&Source { name: String::from("test.yaml"), text }).expect("it has no problems");
    let start = Observation { handle: Some(0), ..returned(0) };
    let mut script = Script { answers: std::iter::once(start).chain(answers).collect(), ..Script::default() };
    let run = run(&scenario, "script", &mut script).expect("a script answers");
    (scenario, run, script.asked.split_off(1))
}

fn failures(run: &Run) -> Vec<(&'static str, &str)> {
    let steps = run.steps.iter().chain(&run.nested);
    steps.flat_map(|step| &step.failures).map(|failure| (failure.field, failure.seen.as_str())).collect()
}

#[test]
fn what_is_done_at_a_status_is_done_inside_the_callback() {
    let steps = "\
- shutdown:
    session: main
    meanwhile:
      - { at: { status: 50 }, do: [cancel-current-task: { session: main }] }
    expect: { reply: ERROR_CANCELLED, status: [0, 50], took: 30s }
";
    let status = |percent| Happening::Status { call: 3, percent };
    let answers = vec![
        Observation { happened: [status(0)].into(), ..pending(3) },
        at(30_000, vec![status(50)]),
        Observation { now: 30_000, ..returned(0) },
        finished(30_000, 3, 1223),
    ];
    let (scenario, run, asked) = run_steps(steps, answers);
    assert_eq!(failures(&run), []);
    assert!(matches!(asked[2], Request::Call { inside: Some(3), .. }), "{asked:?}");
    let trace = String::from_utf8(Trace::new(&scenario, &run).to_bytes()).unwrap();
    let lines: Vec<&str> = trace.lines().skip(2).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"step":2,"at":"0.000s","line":7,"by":"setup","call":"RmShutdown","phase":"begins","about":"main"}
    {"step":2,"at":"0.000s","status":0,"of":"setup"}
    {"step":2,"at":"30.000s","status":50,"of":"setup"}
    {"step":2,"meanwhile":[1,1],"at":"30.000s","line":10,"by":"setup","call":"RmCancelCurrentTask","about":"main","reply":"ERROR_SUCCESS"}
    {"step":2,"at":"30.000s","line":7,"by":"setup","call":"RmShutdown","phase":"returns","reply":"ERROR_CANCELLED","status":[0,50],"took":"30.000s"}
    {"steps":2,"picks":"-","open":["main"]}
    "#);
}

#[test]
fn an_act_has_lasted_if_the_clock_went_on_meanwhile() {
    let replace = "- replace-file: { file: 'C:\\App\\core.dll' }\n";
    let answers = [12_000, 13_000].map(|now| Observation { now, ..returned(0) });
    let (_, run, _) = run_steps(&replace.repeat(2), answers.into());
    let took: Vec<Option<u64>> = run.last_seen().map(|seen| seen.took.map(|took| took.0)).collect();
    assert_eq!(took, [None, Some(12_000), None]);
}

#[test]
fn a_time_in_a_call_is_reached_once_what_is_due_by_then_is_done() {
    let steps = "\
- shutdown:
    session: main
    meanwhile:
      - { at: 2.5s, do: [cancel-current-task: { session: main }] }
";
    let answers = vec![
        pending(0),
        at(2_500, vec![told(QUERY)]),
        Observation { now: 2_500, ..returned(0) },
        finished(2_500, 0, 0),
    ];
    let (_, run, asked) = run_steps(steps, answers);
    assert_eq!(failures(&run), []);
    assert_eq!(asked[1], Request::Proceed { until: Some(2_500) });
    assert!(matches!(asked[2], Request::Call { inside: None, .. }), "{asked:?}");
    assert_eq!(asked[3], Request::Proceed { until: None });
}

#[test]
fn what_never_comes_is_a_failure_at_its_place() {
    let steps = "\
- shutdown:
    session: main
    meanwhile:
      - { at: start, do: [cancel-current-task: { session: main }] }
      - { at: { stopped: editor }, do: [cancel-current-task: { session: main }] }
";
    let (_, run, _) = run_steps(steps, vec![returned(0)]);
    assert_eq!(failures(&run), [("meanwhile", "never reached"), ("meanwhile", "never reached")]);
    assert_eq!(run.steps[1].failures[1].item, Some(1));
    assert_eq!(run.steps[1].failures[1].expected, "{ stopped: editor }");
}

#[test]
fn a_call_without_an_answer_never_returns() {
    let (_, run, _) = run_steps("- shutdown: { session: main, expect: never }\n", vec![pending(0)]);
    assert_eq!(failures(&run), []);
    let (_, run, _) = run_steps("- shutdown: { session: main }\n", vec![pending(0)]);
    assert_eq!(failures(&run), [("reply", "never")]);
}

#[test]
fn a_call_whose_process_ends_has_ended_in_it() {
    let gone = Observation { ending: Some(Ending::Crashed), ..Observation::default() };
    let gone = Observation { finished: vec![Finished { call: 0, answer: gone }], ..Observation::default() };
    let steps = "- shutdown: { session: main, expect: { reply: process-ended } }\n";
    let (_, run, _) = run_steps(steps, vec![pending(0), gone]);
    assert_eq!(failures(&run), []);
}

#[test]
fn a_call_of_a_meanwhile_is_judged_when_it_ends() {
    let steps = "\
- shutdown:
    session: main
    meanwhile:
      - at: { asked: editor }
        do:
          - end-session: { session: main, expect: { reply: ERROR_INVALID_HANDLE, took: 6s } }
          - get-list: { session: main, expect: never }
";
    let answers = vec![
        pending(0),
        at(2_000, vec![told(QUERY)]),
        Observation { now: 2_000, ..pending(1) },
        Observation { now: 2_000, ..pending(2) },
        finished(5_000, 0, 0),
        // The scenario is at its end.
        finished(8_000, 1, 6),
        idle(9_000),
    ];
    let (_, run, _) = run_steps(steps, answers);
    assert_eq!(failures(&run), []);
    let nested: Vec<String> = run.nested.iter().map(|step| step.step.to_string()).collect();
    assert_eq!(nested, ["2, meanwhile 1.1", "2, meanwhile 1.2"]);
}

#[test]
fn messages_are_kept_until_they_are_looked_at() {
    let steps = "\
- wait: 10s
- expect-messages:
    application: editor
    messages: [{ query: main, at: 1s, flags: [close-app], answer: refuses }, { left: true, at: 1s }]
- expect-messages: { application: editor, messages: [] }
- expect-messages: { application: editor, messages: [{ started: true }] }
";
    let refusal = Happening::Answered { who: Subject::Application(0), window: 0, agrees: Some(false) };
    let answers =
        vec![at(1_000, vec![told(QUERY), refusal, Happening::Left(Subject::Application(0))]), idle(10_000)];
    let (_, run, asked) = run_steps(steps, answers);
    assert_eq!(asked[..2], [(); 2].map(|()| Request::Proceed { until: Some(10_000) }));
    assert_eq!(failures(&run), [("messages", "[]")]);
}
