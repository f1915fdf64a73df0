//! What becomes of each element that is registered: odd paths, the view of 32-bit callers, processes, services.

use super::Addition;
use crate::call::{RegisterResources, Reply, UniqueProcess};
use crate::machine::{Context, Machine, flawed};
use crate::path::RedirectionRule;
use crate::profile::{
    EmptyName, LongPath, LongServiceName, MissingFile, NullElement, RelativePath, StartTimeMismatch,
    System32View, System32ViewOff, UnknownService, VanishedProcess, WildcardPath,
};
use crate::rule;
use crate::world::{FileId, FileState, InstallerId, Oddity, PathId, ProcessId, ServiceId, ServiceNameId};

impl Machine {
    /// Judges every element in order; stops at the first that is refused.
    pub(super) fn judge(
        &mut self,
        by: InstallerId,
        arguments: &RegisterResources,
        addition: &mut Addition,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        for path in arguments.files.read() {
            match path {
                Some(path) => self.judge_file(by, *path, addition, context)?,
                None => self.judge_null(context)?,
            }
        }
        for process in arguments.processes.read() {
            addition.processes.extend(self.judge_process(*process, context)?);
            addition.accepted[1] += 1;
        }
        for name in arguments.services.read() {
            match name {
                Some(name) => {
                    addition.services.extend(self.judge_service(*name, context)?);
                    addition.accepted[2] += 1;
                }
                None => self.judge_null(context)?,
            }
        }
        Ok(())
    }

    fn judge_null(&mut self, context: &mut Context<'_>) -> Result<(), Reply> {
        match self.profile.answer(context.choices) {
            NullElement::PassedOver => Ok(()),
            NullElement::BadArguments => {
                context.apply(rule::NULL_OR_ZERO_ARGUMENT);
                Err(Reply::BadArguments)
            }
        }
    }

    fn judge_file(
        &mut self,
        by: InstallerId,
        path: PathId,
        addition: &mut Addition,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let info = *self.world.path_info(path);
        let file = match info.oddity {
            Oddity::None => Some(info.file),
            Oddity::Empty => match self.profile.answer(context.choices) {
                EmptyName::MatchesNothing => None,
                EmptyName::BadArguments => return Err(Reply::BadArguments),
            },
            Oddity::TooLong => match self.profile.answer(context.choices) {
                LongPath::Accepted => Some(info.file),
                LongPath::BadArguments => return Err(refuse_long_path(Reply::BadArguments, context)),
                LongPath::InvalidParameter => return Err(refuse_long_path(Reply::InvalidParameter, context)),
                LongPath::FileNameTooLong => return Err(refuse_long_path(Reply::FileNameTooLong, context)),
            },
            Oddity::Wildcards => match self.profile.answer(context.choices) {
                WildcardPath::MatchesNothing => None,
                WildcardPath::BadArguments => return Err(Reply::BadArguments),
                WildcardPath::InvalidParameter => return Err(Reply::InvalidParameter),
            },
            Oddity::Relative => match self.profile.answer(context.choices) {
                RelativePath::MatchesNothing => None,
                RelativePath::Resolved => info.resolved,
                RelativePath::BadArguments => return Err(Reply::BadArguments),
                RelativePath::InvalidParameter => return Err(Reply::InvalidParameter),
            },
        };
        if info.is_extended {
            context.apply(rule::EXTENDED_LENGTH_PREFIX);
        }
        addition.accepted[0] += 1;
        let Some(file) = file.filter(|_| !(info.is_extended && flawed!(self, ExtendedPathMissed))) else {
            return Ok(());
        };
        match info.redirected {
            Some((redirected, redirection)) if self.is_wow64(by) => {
                for file in
                    self.views(by, file, redirected, redirection, addition, context).into_iter().flatten()
                {
                    self.accept_file(file, addition, context)?;
                }
                Ok(())
            }
            _ => self.accept_file(file, addition, context),
        }
    }

    /// Which files a 32-bit caller's path means (U-76).
    fn views(
        &mut self,
        by: InstallerId,
        literal: FileId,
        redirected: FileId,
        redirection: RedirectionRule,
        addition: &mut Addition,
        context: &mut Context<'_>,
    ) -> [Option<FileId>; 2] {
        if self.redirection_off[by.index()] {
            context.apply(rule::REDIRECTION_OFF_PER_THREAD);
            return match self.profile.answer(context.choices) {
                System32ViewOff::Literal => [Some(literal), None],
                System32ViewOff::Redirected => [Some(redirected), None],
            };
        }
        let view = self.profile.answer(context.choices);
        if redirection == RedirectionRule::System32 {
            context.apply_all(&[rule::SYSTEM32_FROM_32_BIT, rule::SYSTEM32_REGISTRATION_WARNING]);
        }
        addition.was_redirected |= view != System32View::Literal;
        if view != System32View::Literal {
            context.apply(redirection_rule(redirection));
            context.apply(rule::CALLER_REDIRECTION);
        }
        match view {
            System32View::Redirected => [Some(redirected), None],
            System32View::Literal => [Some(literal), None],
            System32View::Both => [Some(literal), Some(redirected).filter(|file| *file != literal)],
        }
    }

    /// Looks at what lies at a full name.
    fn accept_file(
        &mut self,
        file: FileId,
        addition: &mut Addition,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        match self.world.file_state(file) {
            FileState::Ordinary | FileState::CannotBeOpened(_) => {}
            FileState::Directory if flawed!(self, DirectoryRefused) => return Err(Reply::AccessDenied),
            FileState::Directory => {
                context.apply_all(&[rule::DIRECTORY_REGISTERS, rule::DIRECTORY_SURFACES_IN_LIST]);
            }
            FileState::Missing => match self.profile.answer(context.choices) {
                MissingFile::Accepted => {
                    context.apply_all(&[rule::MISSING_FILE_REGISTERS, rule::MISSING_FILE_HAS_NO_HOLDERS]);
                }
                MissingFile::FileNotFound => return Err(Reply::FileNotFound),
                MissingFile::PathNotFound => return Err(Reply::PathNotFound),
            },
        }
        addition.files.push(file);
        Ok(())
    }

    fn judge_process(
        &mut self,
        process: UniqueProcess,
        context: &mut Context<'_>,
    ) -> Result<Option<(ProcessId, u32)>, Reply> {
        let with_pid = self.processes_with_pid(process.pid);
        let exact = with_pid.iter().find(|(id, incarnation)| self.incarnation(*id, *incarnation) == process);
        let running = with_pid.iter().find(|incarnation| self.is_running(**incarnation));
        if flawed!(self, StartTimeIgnored) && running.is_some() {
            return Ok(running.copied());
        }
        match (exact, running) {
            (Some(exact), _) if self.is_running(*exact) => {
                context.apply_all(&[rule::PROCESS_IDENTITY, rule::START_TIME_MUST_MATCH]);
                Ok(Some(*exact))
            }
            (_, Some(other)) => {
                context.apply_all(&[rule::PROCESS_IDENTITY, rule::START_TIME_MUST_MATCH]);
                match self.profile.answer(context.choices) {
                    StartTimeMismatch::MatchesNothing => Ok(exact.copied()),
                    StartTimeMismatch::IdAlone => Ok(Some(*other)),
                    StartTimeMismatch::InvalidParameter => Err(Reply::InvalidParameter),
                }
            }
            (gone, None) => match self.profile.answer(context.choices) {
                VanishedProcess::MatchesNothing => Ok(gone.copied()),
                VanishedProcess::InvalidParameter => Err(Reply::InvalidParameter),
            },
        }
    }

    fn judge_service(
        &mut self,
        name: ServiceNameId,
        context: &mut Context<'_>,
    ) -> Result<Option<ServiceId>, Reply> {
        let info = self.world.service_name_info(name);
        if info.is_too_long {
            match self.profile.answer(context.choices) {
                LongServiceName::MatchesNothing => return Ok(None),
                LongServiceName::BadArguments => return Err(Reply::BadArguments),
                LongServiceName::InvalidParameter => return Err(Reply::InvalidParameter),
            }
        }
        if info.length == 0 {
            match self.profile.answer(context.choices) {
                EmptyName::MatchesNothing => return Ok(None),
                EmptyName::BadArguments => return Err(Reply::BadArguments),
            }
        }
        if info.service.is_none()
            && self.profile.answer::<UnknownService>(context.choices) == UnknownService::DoesNotExist
        {
            return Err(Reply::ServiceDoesNotExist);
        }
        Ok(info.service)
    }

    fn is_wow64(&self, by: InstallerId) -> bool {
        self.world.processes[self.process_of(by).index()].wow64
    }
}

fn refuse_long_path(reply: Reply, context: &mut Context<'_>) -> Reply {
    context.apply(rule::LONG_PATH_REFUSED);
    reply
}

fn redirection_rule(redirection: RedirectionRule) -> rule::Rule {
    match redirection {
        RedirectionRule::System32 => rule::SYSTEM32_REDIRECTED,
        RedirectionRule::FurtherPath => rule::FURTHER_REDIRECTED_PATHS,
        RedirectionRule::Exempt => rule::EXEMPT_SUBFOLDERS,
        RedirectionRule::Sysnative => rule::SYSNATIVE_ALIAS,
    }
}
