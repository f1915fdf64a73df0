//! Whom a shutdown deals with, how, and in which order.

use crate::affected::Entry;
use crate::call::{CallId, FORCE_SHUTDOWN};
use crate::filter::Mask;
use crate::machine::{Context, Machine, flawed};
use crate::observed::{ApplicationType, RebootReasons};
use crate::operation::{Manner, Operation, OperationKind, PassOver, Stage, Target};
use crate::profile::{DependentsCounted, ExplorerStop, ShutdownRefresh, UnknownClass};
use crate::rule;
use crate::world::ProcessKind;

impl Machine {
    /// Whom a shutdown deals with, in the order of classes; inside a class in that of the list (ORDER-01, -08).
    pub(super) fn targets(
        &mut self,
        entries: &[Entry],
        masks: &[Option<Mask>],
        flags: u32,
        context: &mut Context<'_>,
    ) -> Vec<Target> {
        let is_forced = flags & FORCE_SHUTDOWN != 0;
        let mut targets = Vec::with_capacity(entries.len());
        for (entry, mask) in entries.iter().zip(masks) {
            let natural = self.manner(entry, context);
            let class = self.class(natural, context);
            let manner = if *mask == Some(Mask::NoShutdown) && !flawed!(self, FilterIgnored) {
                context.apply_all(&[
                    rule::FILTER_EXEMPTS_FROM_SHUTDOWN,
                    rule::FILTER_NO_SHUTDOWN,
                    rule::MASKED_PROGRAM_KEPT_AND_SHOWN,
                ]);
                Manner::PassOver(PassOver::Masked)
            } else if entry.reasons != RebootReasons::NONE && !flawed!(self, RebootReasonsIgnored) {
                Manner::PassOver(PassOver::NeedsReboot)
            } else if natural == Manner::Kill && !is_forced {
                Manner::PassOver(PassOver::NeedsForce)
            } else {
                natural
            };
            targets.push(Target::new(entry.incarnation, entry.service, class, manner));
        }
        targets.sort_by_key(|target| target.class);
        if flawed!(self, ServicesFirst) {
            targets.sort_by_key(|target| u8::from(target.service.is_none()));
        }
        let several = targets.windows(2).any(|pair| pair[0].class == pair[1].class);
        context.apply(rule::STOP_ORDER_BY_CLASS);
        if several {
            context.apply(rule::NO_ORDER_INSIDE_CLASS);
        }
        targets
    }

    pub(super) fn manner(&mut self, entry: &Entry, context: &mut Context<'_>) -> Manner {
        if entry.service.is_some() {
            return Manner::Service;
        }
        match self.world.processes[entry.incarnation.0.index()].kind {
            ProcessKind::Windowless => Manner::Kill,
            ProcessKind::MainWindow => Manner::Windows,
            ProcessKind::OtherWindow => {
                if self.takes_force(entry, context) {
                    Manner::Kill
                } else {
                    Manner::Windows
                }
            }
            ProcessKind::Console => Manner::Console,
            ProcessKind::Explorer => Manner::Shell,
        }
    }

    pub(super) fn class(&mut self, manner: Manner, context: &mut Context<'_>) -> u8 {
        match manner {
            Manner::Windows => 0,
            Manner::Console => 1,
            Manner::Service => 2,
            Manner::Shell => 3,
            Manner::Kill | Manner::PassOver(_) => match self.profile.answer(context.choices) {
                UnknownClass::Last => 4,
                UnknownClass::WithWindows => 0,
            },
        }
    }

    /// Dependents count in the percentage where the profile says so (U-41b).
    pub(super) fn count_dependents(&mut self, operation: &mut Operation, context: &mut Context<'_>) {
        let mut dependents = std::collections::BTreeSet::new();
        for target in &operation.targets {
            if let (Some(service), Manner::Service) = (target.service, target.manner) {
                dependents.extend(self.running_dependents(service, context));
            }
        }
        for target in &operation.targets {
            target.service.map(|service| dependents.remove(&service));
        }
        if !dependents.is_empty()
            && self.profile.answer::<DependentsCounted>(context.choices) == DependentsCounted::Yes
        {
            operation.all += u32::try_from(dependents.len()).expect("there are few services");
        }
    }

    /// Whether a target gets messages to its windows.
    pub(crate) fn is_asked(&mut self, call: CallId, place: usize, context: &mut Context<'_>) -> bool {
        match self.target(call, place).manner {
            Manner::Windows => true,
            Manner::Shell => {
                self.profile.answer::<ExplorerStop>(context.choices) == ExplorerStop::LikeWindows
            }
            Manner::Console | Manner::Service | Manner::Kill | Manner::PassOver(_) => false,
        }
    }

    /// The type of a target, for the event log.
    pub(crate) fn natural_type_of(
        &self,
        who: crate::world::ProcessId,
        service: Option<crate::world::ServiceId>,
    ) -> ApplicationType {
        if service.is_some() {
            return ApplicationType::Service;
        }
        match self.world.processes[who.index()].kind {
            ProcessKind::Windowless => ApplicationType::Unknown,
            ProcessKind::MainWindow => ApplicationType::MainWindow,
            ProcessKind::OtherWindow => ApplicationType::OtherWindow,
            ProcessKind::Explorer => ApplicationType::Explorer,
            ProcessKind::Console => ApplicationType::Console,
        }
    }

    /// Takes up who came since, where the list is made anew between the classes (U-86).
    pub(super) fn refresh_between_classes(&mut self, call: CallId, context: &mut Context<'_>) {
        let operation = self.operation(call);
        let (session, end) = (operation.session, operation.class.end);
        let OperationKind::Shutdown { flags } = operation.kind else { return };
        if self.profile.answer::<ShutdownRefresh>(context.choices) == ShutdownRefresh::AtStart {
            return;
        }
        let entries = self.newcomers(call, context);
        let masks: Vec<Option<Mask>> = entries
            .iter()
            .map(|entry| self.mask(session, entry.incarnation, entry.service, context))
            .collect();
        let new = self.targets(&entries, &masks, flags, context);
        let operation = self.operation_mut(call);
        operation.all += u32::try_from(new.len()).expect("a list is counted in 32 bits");
        operation.targets.extend(new);
        // Whoever belongs to a class that is over is dealt with next.
        operation.targets[end..].sort_by_key(|target| target.class);
        operation.index_targets();
    }

    /// Who is on the list by now, and was not when the operation made it last.
    fn newcomers(&mut self, call: CallId, context: &mut Context<'_>) -> Vec<Entry> {
        let operation = self.operation(call);
        let (mut entries, _) = self.compute(operation.by, operation.session, context);
        let targets = &self.operation(call).targets;
        entries.retain(|entry| {
            let is_known =
                |target: &Target| (target.who, target.service) == (entry.incarnation, entry.service);
            !entry.has_departed && !targets.iter().any(is_known)
        });
        entries
    }

    /// Whether a shutdown will find somebody else when it makes its list anew before the next class (U-86).
    pub(crate) fn has_newcomers(&mut self, call: CallId, context: &mut Context<'_>) -> bool {
        let operation = self.operation(call);
        matches!(operation.kind, OperationKind::Shutdown { .. })
            && !matches!(operation.stage, Stage::Over | Stage::TestFailed(_))
            && self.profile.answer::<ShutdownRefresh>(context.choices) == ShutdownRefresh::BetweenClasses
            && !self.newcomers(call, context).is_empty()
    }
}
