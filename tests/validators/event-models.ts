// Every value of mParticle's own TypeScript models must be assignable to the types generated from raw-batch.schema.json;
// tsc checks this. docs/schema.md ("mParticle's TypeScript models") says how it is run.
import type * as theirs from "@mparticle/event-models";
import type * as ours from "./raw-batch";

/** Does not compile unless every `Sent` is a `Read`. */
type Takes<Read, _Sent extends Read> = true;

export type Batch = Takes<Omit<ours.RawBatch, "events">, Omit<theirs.Batch, "events">>;
export type Events = [
  Takes<ours.ApplicationStateTransitionData, theirs.ApplicationStateTransitionEventData>,
  Takes<ours.BreadcrumbData, theirs.BreakcrumbEventData>,
  Takes<ours.CommerceEventData, theirs.CommerceEventData>,
  Takes<ours.CommonEventData, theirs.CommonEventData>,
  Takes<ours.CommonEventData, theirs.SessionStartEventData>,
  Takes<ours.CrashReportData, theirs.CrashReportEventData>,
  Takes<ours.CustomEventData, theirs.CustomEventData>,
  Takes<ours.NetworkPerformanceData, theirs.NetworkPerformanceEventData>,
  Takes<ours.OptOutData, theirs.OptOutEventData>,
  Takes<ours.ProfileData, theirs.ProfileEventData>,
  Takes<ours.PushMessageData, theirs.PushMessageEventData>,
  Takes<ours.PushRegistrationData, theirs.PushRegistrationEventData>,
  Takes<ours.ScreenViewData, theirs.ScreenViewEventData>,
  Takes<ours.SessionEndData, theirs.SessionEndEventData>,
  Takes<ours.UserAttributeChangeData, theirs.UserAttributeChangeEventData>,
  Takes<ours.UserIdentityChangeData, theirs.UserIdentityChangeEventData>,
];
