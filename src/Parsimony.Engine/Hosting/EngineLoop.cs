using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

/// <summary>Runs the stages, each in a loop of its own, while this process holds the engine lock. Stopping at any instant loses nothing.</summary>
public sealed partial class EngineLoop(StageContext context)
{
    private static readonly TimeSpan Slow = TimeSpan.FromMinutes(1);

    private readonly StageTroubles _troubles = new();

    /// <summary>Whether this process runs the stages now.</summary>
    public bool IsEngine { get; private set; }

    /// <summary>
    /// The stages in the order of the flow, with the pause of each when it finds nothing to do; of the senders as many as <see cref="EngineOptions.Senders"/> says, and as many
    /// of its own for each provider that takes only so many calls at a time (<see cref="IProvider.MaxParallelCalls"/>).
    /// </summary>
    public static IReadOnlyList<(IStage Stage, TimeSpan Pause)> Stages(StageContext context) =>
    [
        (new Sealer(context), context.Options.IdlePause),
        (new Submitter(context), context.Options.IdlePause),
        (new Rescuer(context), context.Options.IdlePause),
        (new Poller(context), context.Options.IdlePause),
        (new Collector(context), context.Options.IdlePause),
        (new Escalator(context), context.Options.IdlePause),
        .. Senders(context).Select(sender => ((IStage)sender, context.Options.IdlePause)),
        (new Admitter(context), context.Options.IdlePause),
        (new BudgetWatcher(context), context.Options.IdlePause),
        (new Repricer(context), Slow),
        (new Cleaner(context), Slow),
        (new Pruner(context), Slow * 10),
    ];

    /// <summary>
    /// Waits for the engine lock, then runs until cancelled; then begins nothing new, lets what is under way end within <see cref="EngineOptions.DrainTime"/>, and
    /// gives back what is left. Throws only what no retry can mend: also, after stopping in the same way, that the store has become too new for this version.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var held = await AcquireAsync(cancellationToken).ConfigureAwait(false);
            IsEngine = true;
            LogStarted(context.Logger, context.Owner);
            using var heartbeat = new Heartbeat(context);
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var cancelled = new CancellationTokenSource();
            var stages = Task.WhenAll(Stages(context).Select(entry => LoopAsync(entry.Stage, entry.Pause, stopping.Token, cancelled.Token)));
            await Task.WhenAny(stages, heartbeat.RunAsync(stopping.Token)).ConfigureAwait(false);
            await stopping.CancelAsync().ConfigureAwait(false);
            await heartbeat.BeatAsync(NodeState.Draining, CancellationToken.None).ConfigureAwait(false);
            await Task.WhenAny(stages, Task.Delay(context.Options.DrainTime, context.Clock, CancellationToken.None)).ConfigureAwait(false);
            await cancelled.CancelAsync().ConfigureAwait(false);
            await stages.ConfigureAwait(false);
            await heartbeat.ReleaseAsync().ConfigureAwait(false);
            await heartbeat.BeatAsync(NodeState.Stopped, CancellationToken.None).ConfigureAwait(false);
            if (heartbeat.Refusal is { } refusal)
            {
                ExceptionDispatchInfo.Throw(refusal);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop: what is under way is found again by its lease.
        }
        finally
        {
            IsEngine = false;
        }
    }

    private static IEnumerable<Sender> Senders(StageContext context)
    {
        var calls = context.Options.ParallelSends;
        var count = Math.Min(context.Options.Senders, calls);
        var lanes = SendLane.Of(context.Providers);
        // One call each: when one ends, the next begins, and none of them holds up another provider's.
        return Enumerable.Range(0, count).Select(number => new Sender(context, (calls + number) / count) { Lane = SendLane.Shared(lanes) })
            .Concat(lanes.Select(lane => new Sender(context, share: 1) { Lane = lane }));
    }

    private async Task<IAsyncDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await context.Store.Lock.TryAcquireAsync(cancellationToken).ConfigureAwait(false) is { } held)
            {
                return held;
            }

            await LearnAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(context.Options.IdlePause, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A process that only enqueues plans by what is learnt, too; where it cannot read that now, by what it knew.</summary>
    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await context.Forecasts.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IStoreFailure { IsTransient: true })
        {
            LogNotLearnt(context.Logger, exception.Message);
        }
    }

    /// <summary>Runs one stage again and again.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="pause">Longest pause when it finds nothing to do.</param>
    /// <param name="stopping">Nothing new is begun from then on.</param>
    /// <param name="cancelled">What is under way is given up.</param>
    private async Task LoopAsync(IStage stage, TimeSpan pause, CancellationToken stopping, CancellationToken cancelled)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            // Taken before the work, so that a signal given during it is not slept through.
            var work = context.Signals.Work;
            int done;
            using var activity = StartActivity(stage);
            try
            {
                done = await stage.RunOnceAsync(context.Clock.GetUtcNow(), cancelled).ConfigureAwait(false);
                failures = 0;
                Describe(activity, done);
                _troubles.End(stage, done, context.Clock.GetUtcNow());
            }
            catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFailure(stage, exception);
                activity?.SetTag(ParsimonyTelemetry.ErrorType, exception.GetType().FullName).SetStatus(ActivityStatusCode.Error);
                activity?.Stop();
                await Task.Delay(context.StagePause(failures++), context.Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            activity?.Stop();
            if (done == 0)
            {
                await work.WaitAsync(pause, context.Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void LogFailure(IStage stage, Exception exception)
    {
        if (_troubles.Begin(stage, exception, context.Clock.GetUtcNow()))
        {
            LogStageFailed(context.Logger, exception, stage.Name, exception.Message);
        }
        else
        {
            LogStageFailedToo(context.Logger, stage.Name, exception.Message);
        }
    }

    private static Activity? StartActivity(IStage stage) =>
        ParsimonyTelemetry.Source.StartActivity($"engine {stage.Name}")?.SetTag(ParsimonyTelemetry.StageName, stage.Name);

    private static void Describe(Activity? activity, int done)
    {
        activity?.SetTag(ParsimonyTelemetry.StageCount, done);
        if (done == 0 && activity is not null)
        {
            // Most runs of a stage find nothing to do: exporters leave out what is not recorded.
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    [LoggerMessage(EventId = 1801, Level = LogLevel.Debug, Message = "This process runs the engine as {Owner}.")]
    private static partial void LogStarted(ILogger logger, string owner);

    [LoggerMessage(EventId = 1802, Level = LogLevel.Error, Message = "The {Stage} failed and goes on after a pause; others that fail for the same reason say so at debug level. {Reason}")]
    private static partial void LogStageFailed(ILogger logger, Exception exception, string stage, string reason);

    [LoggerMessage(EventId = 1807, Level = LogLevel.Debug, Message = "The {Stage} failed, too, or again: {Reason}")]
    private static partial void LogStageFailedToo(ILogger logger, string stage, string reason);

    [LoggerMessage(EventId = 1808, Level = LogLevel.Debug, Message = "What was learnt of completion times could not be read now: {Reason}")]
    private static partial void LogNotLearnt(ILogger logger, string reason);
}
