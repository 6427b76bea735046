using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

/// <summary>Tells the store that this node is there, and measures this machine's clock by the store's.</summary>
internal sealed partial class Heartbeat(StageContext context) : IDisposable
{
    /// <summary>A clock further off than this is worth a warning: deadlines and polls of this node are then off as much, while leases are measured by the store's clock.</summary>
    internal static readonly TimeSpan SkewLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    // Beyond this a reply says too little about when the store looked at its clock.
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RememberedFor = TimeSpan.FromDays(1);
    private static readonly string Version =
        typeof(Heartbeat).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    // Where time runs fast, the pauses of idle stages are longer, and so is this one.
    private readonly TimeSpan _interval = Shortest > context.Options.IdlePause * 5 ? Shortest : context.Options.IdlePause * 5;
    private Node _node = new() { Owner = context.Owner, Version = Version, StartedAt = context.Now };
    private bool _isSkewed;
    private bool _isAlone;

    /// <summary>Beats until cancelled. A store that cannot be reached is no reason to end.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        // The second follows at once: it tells what the first measured.
        for (var first = true; ; first = false)
        {
            await BeatAsync(NodeState.Running, cancellationToken).ConfigureAwait(false);
            if (!first)
            {
                await Task.Delay(_interval, context.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Tells the store what this node does now.</summary>
    internal async Task BeatAsync(NodeState state, CancellationToken cancellationToken)
    {
        _node = _node with { State = state };
        try
        {
            var began = context.Now;
            var store = await context.Store.Nodes.BeatAsync(_node, began, cancellationToken).ConfigureAwait(false);
            var took = context.Now - began;
            if (_isAlone)
            {
                LogBack(context.Logger);
                _isAlone = false;
            }

            if (took <= LongestCall)
            {
                Measured(began + (took / 2) - store);
            }

            await context.Store.Nodes.ForgetAsync(RememberedFor, context.Now, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception exception)
        {
            // Once, however long it lasts.
            if (!_isAlone)
            {
                LogUnheard(context.Logger, exception.Message);
                _isAlone = true;
            }
        }
    }

    public void Dispose() => ParsimonyTelemetry.ForgetSkew(context.Owner);

    private void Measured(TimeSpan skew)
    {
        _node = _node with { Skew = skew };
        ParsimonyTelemetry.NoteSkew(context.Owner, skew);
        var isSkewed = skew.Duration() > SkewLimit;
        if (isSkewed && !_isSkewed)
        {
            LogSkewed(context.Logger, skew.TotalSeconds);
        }
        else if (!isSkewed && _isSkewed)
        {
            LogInStep(context.Logger, skew.TotalSeconds);
        }

        _isSkewed = isSkewed;
    }

    [LoggerMessage(EventId = 2301, Level = LogLevel.Warning, Message = "This machine's clock is {Seconds:F1} s ahead of the store's (behind when negative). Leases hold all the same; deadlines and polls of this node are off by as much. Set the clock (NTP).")]
    private static partial void LogSkewed(ILogger logger, double seconds);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Information, Message = "This machine's clock is in step with the store's again ({Seconds:F1} s).")]
    private static partial void LogInStep(ILogger logger, double seconds);

    [LoggerMessage(EventId = 2303, Level = LogLevel.Warning, Message = "The store does not answer; this node goes on when it does. {Reason}")]
    private static partial void LogUnheard(ILogger logger, string reason);

    [LoggerMessage(EventId = 2304, Level = LogLevel.Information, Message = "The store answers again.")]
    private static partial void LogBack(ILogger logger);
}
