//! A simulation that processes share, from its first guest to its last, beside and through a server.

use std::io::{BufRead as _, BufReader, Write as _};
use std::sync::Arc;
use std::time::Duration;

use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{ConnectOptions, GenericFilePath};

use super::client::Client;
use super::*;
use crate::request::{ArrayArgument, Ending, FilterTarget, KeyText, UniqueProcess};
use crate::scenario::Scenario;
use crate::scenario::parse::{Source, parse_world};

const EDITOR: &str = r"version: 1
scenario: An editor that leaves after a second uses a file
world:
  editor:
    type: main-window
    opens: ['C:\App\core.dll']
    restart: '--restore'
    on-end-session: { leaves-after: 1s }
";

fn world(text: &str) -> Scenario {
    let source = Source { name: String::from("world.yaml"), text: text.to_owned() };
    parse_world(&source).expect("it has no problems")
}

fn serve(text: &str) -> (Arc<Simulation>, Server) {
    let simulation = Arc::new(Simulation::new(&world(text), Time::Virtual));
    let server = Server::start(Arc::clone(&simulation)).expect("there is a temporary directory");
    (simulation, server)
}

fn who(pid: u32) -> Introduction {
    let process = UniqueProcess { pid, start_time: 0 };
    Introduction { process, program: String::from("/opt/app/setup"), installer: None }
}

fn client(server: &Server, pid: u32) -> Client {
    Client::connect(server.name(), who(pid)).expect("the server lets it in")
}

fn ask(connection: &dyn Connection, call: &Call) -> Observation {
    match connection.begin(call, None) {
        Ok(Turn::Done(observation)) => *observation,
        other => panic!("{other:?}"),
    }
}

fn start(connection: &dyn Connection) -> Observation {
    ask(
        connection,
        &Call::StartSession { flags: 0, null_handle: false, null_key: false, key_buffer: String::new() },
    )
}

fn key(observation: &Observation) -> String {
    let Some(KeyText { text, .. }) = &observation.key else { panic!("{observation:?}") };
    text.clone()
}

fn code(observation: &Observation) -> u32 {
    let Some(Ending::Returned(code)) = observation.ending else { panic!("{observation:?}") };
    code
}

fn register(handle: u32, file: &str) -> Call {
    let nothing = ArrayArgument { count: 0, items: None };
    let files = ArrayArgument { count: 1, items: Some([Some(Arc::from(file))].into()) };
    Call::RegisterResources {
        handle,
        files,
        processes: nothing,
        services: ArrayArgument { count: 0, items: None },
    }
}

fn list(handle: u32) -> Call {
    Call::GetList {
        handle,
        capacity: 8,
        null_array: false,
        null_needed: false,
        null_count: false,
        null_reasons: false,
    }
}

fn shutdown(handle: u32) -> Call {
    Call::Shutdown { handle, flags: 0, callback: true }
}

#[test]
fn who_joins_from_another_process_shares_the_session() {
    let (simulation, server) = serve(EDITOR);
    let (primary, secondary) = (client(&server, 1_000_001), client(&server, 1_000_002));
    let started = start(&primary);
    let joined = ask(&secondary, &Call::JoinSession { null_handle: false, key: Some(key(&started)) });
    let (Some(main), Some(other)) = (started.handle, joined.handle) else { panic!("{started:?} {joined:?}") };
    assert_eq!(code(&ask(&secondary, &register(other, r"C:\App\core.dll"))), 0);
    let listed = ask(&primary, &list(main)).list.expect("it succeeded");
    assert_eq!(listed.affected.len(), 1);
    assert_eq!(code(&ask(&secondary, &Call::EndSession { handle: other })), 0);
    assert_eq!(code(&ask(&primary, &Call::EndSession { handle: main })), 0);
    assert!(simulation.broken_laws().is_empty());
}

#[test]
fn a_process_meets_itself_under_its_real_id() {
    let (_, server) = serve(EDITOR);
    let setup = client(&server, 1_000_001);
    let main = start(&setup).handle.expect("there is room");
    let own = UniqueProcess { pid: 1_000_001, start_time: 0 };
    let register = Call::RegisterResources {
        handle: main,
        files: ArrayArgument { count: 0, items: None },
        processes: ArrayArgument { count: 1, items: Some([own].into()) },
        services: ArrayArgument { count: 0, items: None },
    };
    assert_eq!(code(&ask(&setup, &register)), 0);
    let target = FilterTarget { module: None, process: Some(own), service: None };
    assert_eq!(code(&ask(&setup, &Call::AddFilter { handle: main, target, action: 2 })), 0);
    let listed = ask(&setup, &list(main)).list.expect("it succeeded");
    assert_eq!(listed.affected.iter().map(|each| each.process).collect::<Vec<_>>(), [own]);
    let filters = ask(
        &setup,
        &Call::GetFilterList { handle: main, capacity: 1000, null_buffer: false, null_needed: false },
    );
    let filters = filters.filters.expect("it succeeded").filters;
    assert_eq!(filters.iter().map(|filter| filter.target.process).collect::<Vec<_>>(), [Some(own)]);
}

#[test]
fn callbacks_are_turns_and_can_cancel() {
    let (_, server) = serve(EDITOR);
    let setup = client(&server, 1_000_001);
    let main = start(&setup).handle.expect("there is room");
    ask(&setup, &register(main, r"C:\App\core.dll"));
    let Turn::Status { call, percent: 0 } = setup.begin(&shutdown(main), None).unwrap() else { panic!() };
    let cancelled = setup.begin(&Call::CancelCurrentTask { handle: main }, Some(call)).unwrap();
    assert!(matches!(cancelled, Turn::Done(answer) if code(&answer) == 0));
    let Turn::Done(answer) = setup.go_on(call).unwrap() else { panic!() };
    assert_eq!(code(&answer), 1223);
    // Nothing is under way any more.
    assert!(setup.go_on(call).is_err());
}

#[test]
fn percentages_come_until_the_call_ends() {
    let (_, server) = serve(EDITOR);
    let setup = client(&server, 1_000_001);
    let main = start(&setup).handle.expect("there is room");
    ask(&setup, &register(main, r"C:\App\core.dll"));
    let mut turn = setup.begin(&shutdown(main), None).unwrap();
    let mut percentages = Vec::new();
    while let Turn::Status { call, percent } = turn {
        percentages.push(percent);
        turn = setup.go_on(call).unwrap();
    }
    assert!(percentages.is_sorted() && percentages.first() == Some(&0) && percentages.last() == Some(&100));
    assert!(matches!(turn, Turn::Done(answer) if code(&answer) == 0));
}

#[test]
fn a_process_that_is_gone_leaves_its_session_to_be_reclaimed() {
    let (simulation, server) = serve("version: 1\nscenario: Nobody else\n");
    let mut clients: Vec<Client> = (0..64).map(|number| client(&server, 1_000_000 + number)).collect();
    assert!(clients.iter().all(|client| code(&start(client)) == 0));
    let last = client(&server, 2_000_000);
    assert_eq!(code(&start(&last)), 353);
    clients.truncate(10);
    // That they are gone shows as soon as their lines are closed.
    let until = std::time::Instant::now() + Duration::from_secs(10);
    while code(&start(&last)) != 0 {
        assert!(std::time::Instant::now() < until, "their sessions are never reclaimed");
    }
    assert!(simulation.broken_laws().is_empty());
}

/// Where processes are told what to do, the world has no room for a second one of an installer.
#[test]
fn who_is_gone_makes_room_for_the_next() {
    let simulation = Arc::new(Simulation::new(&world(EDITOR), Time::Controlled));
    let server = Server::start(Arc::clone(&simulation)).expect("there is a temporary directory");
    let first = client(&server, 1);
    assert!(!simulation.wait_until_gone(0, Duration::ZERO));
    let Err(Trouble(reason)) = Client::connect(server.name(), who(2)) else { panic!("there is no room") };
    assert!(reason.contains("1 processes are the installer `setup` already"), "{reason}");
    drop(first);
    assert!(simulation.wait_until_gone(0, Duration::from_secs(30)));
    client(&server, 2);
}

#[test]
fn what_was_done_is_told_as_a_scenario() {
    let (simulation, server) = serve(EDITOR);
    let (primary, secondary) = (client(&server, 1_000_001), client(&server, 1_000_002));
    let started = start(&primary);
    let main = started.handle.expect("there is room");
    ask(&secondary, &Call::JoinSession { null_handle: false, key: Some(key(&started)) });
    ask(&primary, &register(main, r"C:\App\core.dll"));
    let told = simulation.retold().unwrap();
    let text = crate::scenario::write::write(&told, &[]).unwrap();
    for line in ["start-session: { by: setup, as: main", "join-session: { by: setup-2", r"C:\App\core.dll"] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert_eq!(told.world.installers.len(), 2);
}

#[test]
fn what_is_no_hello_of_this_version_is_refused() {
    let (_, server) = serve(EDITOR);
    let process = r#"{"process":{"pid":1,"start_time":0},"program":"a""#;
    for (line, reason) in [
        (format!(r#"{{"hello":{{"version":2,"token":1,"who":{process}}}}}}}"#), "it speaks version 1"),
        (
            format!(r#"{{"hello":{{"version":1,"token":1,"who":{process},"installer":"x"}}}}}}"#),
            "no installer `x`",
        ),
        (String::from(r#"{"go-on":{"call":0}}"#), "the first message is no `hello`"),
        (String::from("nonsense"), "the first message cannot be read"),
    ] {
        let name = server.name().to_fs_name::<GenericFilePath>().unwrap();
        let stream = ConnectOptions::new().name(name).connect_sync().unwrap();
        (&stream).write_all(format!("{line}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        BufReader::new(&stream).read_line(&mut answer).unwrap();
        assert!(answer.contains(reason) && answer.contains("refused"), "{line}: {answer}");
    }
}

#[test]
fn a_server_that_is_gone_is_trouble_and_no_wait() {
    let (_, server) = serve(EDITOR);
    let name = server.name().to_owned();
    drop(server);
    let trouble = Client::connect(&name, who(1)).unwrap_err();
    assert!(trouble.0.contains("cannot reach the simulation"), "{trouble}");
    #[cfg(unix)]
    assert!(!std::path::Path::new(&name).exists());
}
