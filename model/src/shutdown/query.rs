//! The query: every window is asked before anybody is ended, and a refusal ends an unforced shutdown.

use crate::ChoicePoint;
use crate::call::{CallId, Reply};
use crate::happening::{Cause, Message, Told};
use crate::machine::{Context, Machine, flawed};
use crate::observed::Output;
use crate::operation::{Outcome, Progress, Stage};
use crate::profile::{
    AfterRefusal, CancelledRound, HungWindow, OtherWindowAsked, QueryAfterRefusal, QueryWaits, RefusedRound,
    Timing, WindowsAsked,
};
use crate::rule;
use crate::timer::{TargetTimer, Timer};
use crate::world::{OnQuery, ProcessId, ProcessKind};

/// `ENDSESSION_CLOSEAPP` (WM-04).
pub(super) const CLOSE_APP: u32 = 0x1;

impl Machine {
    /// Asks the next application of the batch, if one is left.
    pub(crate) fn query_next(&mut self, call: CallId, next: usize, context: &mut Context<'_>) {
        let end = self.operation(call).batch.end;
        let asks_all = self.profile.answer::<QueryWaits>(context.choices) == QueryWaits::AllAtOnce;
        if !asks_all && self.operation(call).waiting > 0 {
            return;
        }
        let mut place = next;
        while place < end {
            if self.target(call, place).progress == Progress::Untouched && self.is_asked(call, place, context)
            {
                break;
            }
            place += 1;
        }
        if place == end {
            self.operation_mut(call).stage = Stage::Query(end);
            return self.query_over(call, context);
        }
        self.operation_mut(call).stage = Stage::Query(place + 1);
        let who = self.target(call, place).who;
        if !self.is_running(who) {
            return self.found_gone(call, place, context);
        }
        let state = self.target_mut(call, place);
        state.progress = Progress::Asked;
        state.window = 0;
        self.operation_mut(call).waiting += 1;
        context.apply_all(&[
            rule::ASKED_WITH_CLOSE_APP,
            rule::EVERY_WINDOW_ASKED,
            rule::WINDOW_MESSAGE_ORDER,
        ]);
        if self.is_forced(call) {
            context.apply(rule::POLITE_BEFORE_KILL);
        }
        self.ask_window(call, place, context);
        // Those who are asked at once do not wait for each other's answers.
        if asks_all && self.operation(call).stage != Stage::Refused {
            self.wake(call, context);
        }
    }

    /// Asks the window of a target whose turn it is.
    fn ask_window(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target(call, place);
        let (process, window) = (target.who.0, target.window);
        self.target_mut(call, place).asked = window + 1;
        let told = Told {
            process,
            service: None,
            what: Message::Query { window, flags: CLOSE_APP },
            cause: Cause::Own,
        };
        context.emit(Output::Told(told));
        self.register_in_query(process, context);
        let (answer, after) = self.window_answer(process, window, context);
        let limit = self.timing(Timing::Query);
        match answer {
            Some(agrees) if after.is_zero() => self.take_answer(call, place, window, Some(agrees), context),
            Some(agrees) if after <= limit => {
                context.apply(rule::MESSAGE_REPLY_TIME);
                let target = u32::try_from(place).expect("a list is counted in 32 bits");
                let timer = self.set_timer(Timer::Answer { call, target, window, agrees }, after, context);
                self.target_mut(call, place).timer = Some(timer);
            }
            None if after.is_zero() => self.take_answer(call, place, window, None, context),
            Some(_) | None => {
                self.set_target_timer(call, place, TargetTimer::QueryTimeout, limit, context);
            }
        }
    }

    /// What a window answers, and when; `None` at once: it is not waited for.
    fn window_answer(
        &mut self,
        process: ProcessId,
        window: u8,
        context: &mut Context<'_>,
    ) -> (Option<bool>, std::time::Duration) {
        if self.world.processes[process.index()].kind == ProcessKind::OtherWindow {
            context.apply(rule::HIDDEN_WINDOW_CAN_REFUSE);
        }
        let behavior = &self.world.processes[process.index()].behavior;
        let on_query = match usize::from(window).checked_sub(1) {
            None => behavior.on_query,
            Some(hidden) => {
                context.apply(rule::HIDDEN_WINDOW_CAN_REFUSE);
                behavior.hidden_windows[hidden].on_query
            }
        };
        let never = std::time::Duration::MAX;
        match on_query {
            OnQuery::Answers { agrees, after } => {
                context.apply(rule::DEFAULT_PROCEDURE_AGREES);
                (Some(agrees), after)
            }
            OnQuery::Undecided => {
                let agrees = context.choices.choose(ChoicePoint::Reaction, 2) == 0;
                (Some(agrees), std::time::Duration::ZERO)
            }
            OnQuery::ModalDialog => {
                context.apply(rule::MODAL_DIALOG_FAILS_AT_ONCE);
                (Some(false), std::time::Duration::ZERO)
            }
            OnQuery::Silent => (None, never),
            OnQuery::Hung => match self.profile.answer(context.choices) {
                HungWindow::Waited => (None, never),
                HungWindow::AtOnce => {
                    context.apply(rule::HUNG_WINDOW_FAILS_AT_ONCE);
                    (None, std::time::Duration::ZERO)
                }
            },
            OnQuery::Leaves(after) => {
                self.leave_after(process, after, context);
                (None, never)
            }
        }
    }

    /// An application may register for restart inside the query (ARR-14).
    fn register_in_query(&mut self, process: ProcessId, context: &mut Context<'_>) {
        if let Some(registration) = self.world.processes[process.index()].behavior.registers_in_query {
            context.apply(rule::REGISTRATION_INSIDE_QUERY);
            self.processes[process.index()].registration = Some(registration);
        }
    }

    /// Takes a window's answer; `None`: it did not answer in time.
    pub(crate) fn take_answer(
        &mut self,
        call: CallId,
        place: usize,
        window: u8,
        agrees: Option<bool>,
        context: &mut Context<'_>,
    ) {
        let process = self.target(call, place).who.0;
        let told =
            Told { process, service: None, what: Message::Answer { window, agrees }, cause: Cause::Own };
        context.emit(Output::Told(told));
        let has_veto = self.has_veto(process, context);
        let says_yes = agrees == Some(true) || !has_veto || flawed!(self, RefusalIgnored);
        if says_yes && self.has_further_window(process, window, context) {
            self.target_mut(call, place).window = window + 1;
            return self.ask_window(call, place, context);
        }
        if agrees == Some(true) {
            context.apply(rule::AGREEING_IS_NOT_EXITING);
        }
        let state = self.target_mut(call, place);
        state.progress = Progress::Answered;
        state.agrees = Some(says_yes);
        let operation = self.operation_mut(call);
        operation.waiting -= 1;
        if !says_yes {
            self.refusal(call, agrees, context);
        }
        self.wake(call, context);
    }

    /// Somebody does not agree: an unforced query may be over with that (APP-05, WM-09).
    fn refusal(&mut self, call: CallId, agrees: Option<bool>, context: &mut Context<'_>) {
        if self.is_forced(call) {
            return context.apply(rule::ANSWER_IGNORED_UNDER_FORCE);
        }
        if agrees == Some(false) {
            context.apply_all(&[rule::REFUSAL_CANCELS_SHUTDOWN, rule::ONE_REFUSAL_CANCELS]);
        }
        if self.profile.answer::<QueryAfterRefusal>(context.choices) == QueryAfterRefusal::Stops {
            context.apply(rule::FIRST_REFUSAL_ENDS_QUERIES);
            self.operation_mut(call).stage = Stage::Refused;
        }
    }

    fn has_veto(&mut self, process: ProcessId, context: &mut Context<'_>) -> bool {
        self.world.processes[process.index()].kind != ProcessKind::OtherWindow
            || self.profile.answer::<OtherWindowAsked>(context.choices) != OtherWindowAsked::WithoutVeto
    }

    fn has_further_window(&mut self, process: ProcessId, window: u8, context: &mut Context<'_>) -> bool {
        let hidden = self.world.processes[process.index()].behavior.hidden_windows.len();
        usize::from(window) < hidden
            && self.profile.answer::<WindowsAsked>(context.choices) == WindowsAsked::EveryTopLevel
    }

    /// Everybody of the batch was asked.
    fn query_over(&mut self, call: CallId, context: &mut Context<'_>) {
        if self.operation(call).waiting > 0 {
            return;
        }
        let batch = self.operation(call).batch.clone();
        let somebody_refused = batch.clone().any(|place| self.target(call, place).agrees == Some(false));
        if somebody_refused && !self.is_forced(call) {
            return self.refused(call, context);
        }
        context.apply(rule::TOLD_TO_END_IF_NOBODY_REFUSED);
        self.operation_mut(call).stage = Stage::End(batch.start);
        self.wake(call, context);
    }

    /// A refusal ends an unforced shutdown: nobody is stopped, and who was asked may be told so (OBS-SHUT-09).
    pub(crate) fn refused(&mut self, call: CallId, context: &mut Context<'_>) {
        context.apply_all(&[rule::QUERY_IS_ALL_OR_NOTHING, rule::SHUTDOWN_FAILURE]);
        let session = self.operation(call).session;
        self.tell_to_stay(call, context);
        let batch = self.operation(call).batch.clone();
        for place in batch {
            let target = self.target(call, place);
            if target.agrees == Some(false) && target.progress != Progress::Done {
                let (who, service) = (target.who, target.service);
                self.note_not_stopped(session, (who, service), context);
                self.log_not_stopped(session, who, service, context);
            }
        }
        match self.profile.answer(context.choices) {
            AfterRefusal::Ends => self.conclude(call, Reply::FailShutdown, context),
            AfterRefusal::OthersGoOn => self.leave_batch_alone(call, context),
        }
    }

    /// Goes on without those who were asked together, of whom one refused.
    fn leave_batch_alone(&mut self, call: CallId, context: &mut Context<'_>) {
        for place in self.operation(call).batch.clone() {
            let target = self.target(call, place);
            let outcome = match target.agrees {
                Some(false) => Outcome::Failed,
                Some(true) | None => Outcome::PassedOver,
            };
            if target.progress != Progress::Done {
                self.deal_with(call, place, outcome, context);
            }
        }
        self.batch_over(call, context);
    }

    /// Tells those who were asked that nothing ends (U-34, U-89, WM-11, WM-12).
    fn tell_to_stay(&mut self, call: CallId, context: &mut Context<'_>) {
        let round = self.profile.answer::<RefusedRound>(context.choices);
        let batch = self.operation(call).batch.clone();
        for place in batch {
            let target = self.target(call, place);
            let is_told = match round {
                RefusedRound::Asked => target.asked > 0,
                RefusedRound::Agreed => target.agrees == Some(true),
                RefusedRound::Nobody => false,
            };
            let is_there = target.progress != Progress::Done;
            if !is_told || !is_there {
                continue;
            }
            let (process, asked) = (target.who.0, target.asked);
            context.apply_all(&[
                rule::AGREED_GETS_END_SESSION,
                rule::END_SESSION_CARRIES_RESULT,
                rule::END_SESSION_STOPS_OR_SPARES,
            ]);
            for window in 0..asked {
                let what = Message::End { window, flags: CLOSE_APP, ending: false };
                context.emit(Output::Told(Told { process, service: None, what, cause: Cause::Own }));
            }
        }
    }

    /// The same after a cancel.
    pub(crate) fn tell_to_stay_after_cancel(&mut self, call: CallId, context: &mut Context<'_>) {
        if matches!(self.operation(call).stage, Stage::Query(_) | Stage::Refused)
            && self.profile.answer::<CancelledRound>(context.choices) == CancelledRound::Told
        {
            self.tell_to_stay(call, context);
        }
    }

    /// A target was gone before its turn came: something else stopped it (OBS-RESTART-04).
    pub(super) fn found_gone(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target(call, place);
        if target.was_told {
            return self.stopped(call, place, context);
        }
        self.deal_with(call, place, Outcome::PassedOver, context);
    }
}
