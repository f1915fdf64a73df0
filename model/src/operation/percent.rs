//! What the status callback of an operation is told.

use super::OperationKind;
use crate::call::CallId;
use crate::machine::{Context, Machine, flawed};
use crate::observed::Output;
use crate::profile::{EmptyStatus, FirstStatus};
use crate::rule;

impl Machine {
    /// Counts somebody in the percentage, and tells it if it has risen (STATUS-03, STATUS-04).
    pub(crate) fn count(&mut self, call: CallId, more: u32, context: &mut Context<'_>) {
        let operation = self.operation_mut(call);
        operation.counted += more;
        let share = u64::from(operation.counted) * 100 / u64::from(operation.all.max(1));
        let percent = u8::try_from(share.min(100)).expect("it is at most 100");
        self.tell_percent(call, percent, context);
        if flawed!(self, StatusRepeats) {
            self.tell_percent(call, percent, context);
        }
    }

    fn tell_percent(&mut self, call: CallId, percent: u8, context: &mut Context<'_>) {
        let rises =
            flawed!(self, StatusRepeats) || self.operation(call).percent.is_none_or(|last| percent > last);
        let operation = self.operation_mut(call);
        // The first report is made for progress alone: nobody has been dealt with at 0.
        if !rises || percent == 0 && operation.percent.is_some() {
            return;
        }
        operation.percent = Some(percent);
        if operation.has_callback {
            context.apply_all(&[
                rule::PERCENTAGE_IN_RANGE,
                rule::PERCENTAGE_IS_SHARE_DONE,
                rule::PERCENTAGE_STRICTLY_INCREASES,
                rule::CALLBACK_IS_OPTIONAL,
                rule::CALLBACK_FROM_STARTER,
            ]);
            context.emit(Output::Status(call, percent));
        } else {
            context.apply(rule::CALLBACK_IS_OPTIONAL);
            let rule = match operation.kind {
                OperationKind::Shutdown { .. } | OperationKind::List(_) => {
                    context.apply(rule::NULL_CALLBACK_ACCEPTED);
                    rule::SHUTDOWN_WITHOUT_CALLBACK
                }
                OperationKind::Restart { .. } => rule::RESTART_WITHOUT_CALLBACK,
            };
            context.apply(rule);
        }
    }

    /// Tells the percentage at which an operation begins (U-56).
    pub(crate) fn tell_first_percent(&mut self, call: CallId, context: &mut Context<'_>) {
        if self.profile.answer::<FirstStatus>(context.choices) == FirstStatus::Zero {
            self.tell_zero_percent(call, context);
        }
    }

    pub(crate) fn tell_zero_percent(&mut self, call: CallId, context: &mut Context<'_>) {
        self.tell_percent(call, 0, context);
        context.apply(rule::STATUS_FROM_0_TO_100);
    }

    /// With nobody to deal with: tells 100 where the profile says so; whether it did.
    pub(crate) fn tells_empty_percent(&mut self, call: CallId, context: &mut Context<'_>) -> bool {
        let operation = self.operation(call);
        if !operation.targets.is_empty() || operation.percent == Some(100) {
            return false;
        }
        let tells = self.profile.answer::<EmptyStatus>(context.choices) == EmptyStatus::Hundred;
        if tells {
            self.tell_percent(call, 100, context);
        }
        tells
    }
}
