//! Parts of the scene, left out or made plainer.

use rstmgr_model::{OnEnd, ProcessKind};

use super::Offers;
use crate::search::Case;
use crate::search::scene::{
    SceneApplication, SceneInstaller, SceneProcess, SceneService, SceneUser, WhatLies,
};

/// Offers the scene without each of its parts.
pub(super) fn leave_out(case: &Case, offers: &mut Offers<'_>) {
    let scene = &case.scene;
    for place in (0..scene.applications.len()).rev() {
        offers.offer(|case| drop(case.scene.applications.remove(place)));
    }
    for (host, application) in scene.applications.iter().enumerate() {
        // A host without services is no host.
        for place in (0..application.services.len()).rev().filter(|_| application.services.len() > 1) {
            offers.offer(|case| drop(case.scene.applications[host].services.remove(place)));
        }
    }
    for place in (1..scene.installers.len()).rev() {
        offers.offer(|case| drop(case.scene.installers.remove(place)));
    }
    for place in (0..scene.files.len()).rev() {
        offers.offer(|case| drop(case.scene.files.remove(place)));
    }
}

/// Offers each part of the scene in plainer forms.
pub(super) fn make_plain(case: &Case, offers: &mut Offers<'_>) {
    for (place, application) in case.scene.applications.iter().enumerate() {
        for plainer in plainer_applications(application) {
            offers.offer(|case| case.scene.applications[place] = plainer);
        }
        for (at, service) in application.services.iter().enumerate() {
            for plainer in plainer_services(service) {
                offers.offer(|case| case.scene.applications[place].services[at] = plainer);
            }
        }
    }
    for (place, installer) in case.scene.installers.iter().enumerate() {
        for plainer in plainer_installers(installer) {
            offers.offer(|case| case.scene.installers[place] = plainer);
        }
    }
    for (place, file) in case.scene.files.iter().enumerate() {
        let is_plain = file.what == WhatLies::File;
        offers.offer_if(!is_plain, |case| case.scene.files[place].what = WhatLies::File);
    }
}

/// What `change` makes of a part, where it changes something.
fn forms<T: Clone + PartialEq>(of: &T, changes: &[&dyn Fn(&mut T)]) -> Vec<T> {
    let changed = changes.iter().map(|change| {
        let mut form = of.clone();
        change(&mut form);
        form
    });
    changed.filter(|form| form != of).collect()
}

fn plainer_applications(application: &SceneApplication) -> Vec<SceneApplication> {
    let is_host = !application.services.is_empty();
    let plain = SceneApplication::plain(application.number, ProcessKind::MainWindow);
    let mut plainest = SceneApplication {
        services: application.services.clone(),
        restart: application.restart,
        ..plain.clone()
    };
    if is_host {
        plainest.kind = ProcessKind::Windowless;
        plainest.process.user = SceneUser::System;
        plainest.process.terminal_session = 0;
    }
    plainest.process.uses = application.process.uses.clone();
    let mut all = vec![plainest.clone()];
    all.retain(|plainest| plainest != application);
    all.extend(forms(
        application,
        &[
            &|form| form.kind = plainest.kind,
            &|form| form.on_query = plain.on_query,
            &|form| form.hidden_windows.clear(),
            &|form| {
                form.on_end = plain.on_end;
                form.leaves_on_close = plain.leaves_on_close;
            },
            // Who stays when it is told to end also stays when it is told to close, unless it says otherwise.
            &|form| form.leaves_on_close = plain.leaves_on_close.filter(|_| form.on_end == OnEnd::default()),
            &|form| form.comes_back_after = None,
            &|form| form.fails_to_start = false,
            &|form| form.age = None,
            &|form| form.registers_in_query = None,
            &|form| form.restart = None,
            &|form| form.restart = form.restart.map(|_| (0, 0)),
            &|form| form.critical = false,
            &|form| form.service_tags = true,
        ],
    ));
    all.extend(
        plainer_processes(&application.process, &plainest.process)
            .into_iter()
            .map(|process| SceneApplication { process, ..application.clone() }),
    );
    all
}

fn plainer_processes(process: &SceneProcess, plain: &SceneProcess) -> Vec<SceneProcess> {
    let mut all = forms(
        process,
        &[
            &|form| form.user = plain.user,
            &|form| form.elevated = false,
            &|form| form.terminal_session = plain.terminal_session,
            &|form| form.running = true,
            &|form| form.console = None,
            &|form| form.on_console_event = plain.on_console_event,
            &|form| form.uses.clear(),
        ],
    );
    for place in 0..process.uses.len() {
        let mut form = process.clone();
        form.uses.remove(place);
        all.push(form);
    }
    all
}

fn plainer_services(service: &SceneService) -> Vec<SceneService> {
    let plain = SceneService::plain(service.number);
    forms(
        service,
        &[
            &|form| *form = plain.clone(),
            &|form| form.critical = false,
            &|form| form.on_stop = plain.on_stop,
            &|form| form.on_start = plain.on_start,
            &|form| form.is_disabled = false,
            &|form| form.depends_on.clear(),
        ],
    )
}

fn plainer_installers(installer: &SceneInstaller) -> Vec<SceneInstaller> {
    let plain = SceneInstaller::plain(installer.number);
    let mut all = forms(
        installer,
        &[
            &|form| *form = plain.clone(),
            &|form| form.in_process_of = None,
            &|form| form.as_service = false,
            &|form| form.shutdown_privilege = true,
        ],
    );
    all.extend(
        plainer_processes(&installer.process, &plain.process)
            .into_iter()
            .map(|process| SceneInstaller { process, ..installer.clone() }),
    );
    all
}
