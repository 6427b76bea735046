namespace Parsimony.Engine;

/// <summary>Lets held requests of runs with a cost limit go, as far as the limit's room reaches.</summary>
public sealed class Admitter(StageContext context) : IStage
{
    private const int Page = 100;

    /// <inheritdoc/>
    public string Name => "admitter";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var admitted = 0;
        IReadOnlyList<string> page = [];
        do
        {
            // All of them: runs whose limit is reached must not hide those that have room.
            page = await context.Store.Runs.ListHoldingAsync(page is [.., var last] ? last : null, Page, cancellationToken).ConfigureAwait(false);
            foreach (var scope in page)
            {
                var (count, _) = await context.Store.Requests
                    .AdmitAsync(scope, Lanes.From(context.Providers), now, cancellationToken).ConfigureAwait(false);
                admitted += count;
            }
        }
        while (page.Count == Page);

        if (admitted > 0)
        {
            context.Signals.Wake();
        }

        return admitted;
    }
}
