using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Reads the demo's messages into one run, row by row to one model and the other. Fed again, it finds what is there.</summary>
internal sealed class DemoFeed(IReadOnlyList<RunPlan> plans, EngineRuntime runtime)
{
    /// <summary>The label each message really has, by its id.</summary>
    public Dictionary<string, string> Labels { get; } = new(StringComparer.Ordinal);

    /// <summary>Accepts all messages.</summary>
    /// <returns>How many there are, and how many of them were not there before.</returns>
    public async Task<(int Total, int Added)> FeedAsync(string scope, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var rows = new List<InputRow>();
        await foreach (var (row, fault) in plans[0].Input.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row ?? throw new InvalidOperationException(fault?.Message));
        }

        IntakeRequest[] requests = [.. rows.Select((row, index) => Request(row, index, scope, deadline))];
        var (position, added) = (0, 0);
        foreach (var part in requests.Chunk(RequestIntake.MaxChunk))
        {
            var accepted = await runtime.Intake.EnqueueAsync(part, cancellationToken).ConfigureAwait(false);
            var items = new RunItem[accepted.Count];
            for (var i = 0; i < items.Length; i++, position++)
            {
                items[i] = new RunItem(position, rows[position].Id, rows[position].Line, 0, accepted[i].Sequence);
                added += accepted[i].IsNew ? 1 : 0;
            }

            await runtime.Context.Store.Runs.AddItemsAsync(scope, items, cancellationToken).ConfigureAwait(false);
        }

        return (rows.Count, added);
    }

    private IntakeRequest Request(InputRow row, int index, string scope, DateTimeOffset deadline)
    {
        Labels[row.Id] = row.Fields["label"];
        return new IntakeRequest
        {
            Envelope = plans[index % plans.Count].Envelope(row),
            Scope = scope,
            CallerKey = row.Id,
            Deadline = deadline,
            IsBulk = true,
            Dimensions = RequestDimensions.None with { Component = "demo" },
        };
    }
}
