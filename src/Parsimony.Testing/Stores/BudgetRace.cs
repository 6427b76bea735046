using Parsimony.Engine;

namespace Parsimony.Testing;

/// <summary>Callers that use up one budget at the same time, on every node of a database, while others look on.</summary>
internal sealed class BudgetRace(IReadOnlyList<IEngineStore> nodes, int seed)
{
    private const int Callers = 64;
    private const int Asks = 12;
    private const decimal Limit = 3m;
    private const decimal Bound = 0.01m;

    private static readonly RequestProfile Profile = Given.Profile() with { Tenant = "acme" };

    private readonly Lock _lock = new();
    private decimal _expected;
    private int _refused;
    private int _asked;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        await nodes[0].Budgets.SetAsync(BudgetBehaviours.Tenant(Limit), Given.Now, cancellationToken).ConfigureAwait(false);
        using var done = new CancellationTokenSource();
        var watching = nodes.Select(node => Task.Run(() => WatchAsync(node, done.Token))).ToList();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(number => Task.Run(() => CallAsync(number, cancellationToken), cancellationToken))).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(watching).ConfigureAwait(false);

        // All that is left can be had, and no more.
        while (await EnqueueAsync(nodes[0], 1).ConfigureAwait(false) is not null)
        {
        }

        var use = (await nodes[^1].Budgets.ReadUsesAsync(Given.Now, cancellationToken).ConfigureAwait(false))[0];
        var recount = (await nodes[^1].Budgets.RecountAsync(Given.Now, cancellationToken).ConfigureAwait(false))[0];
        if (use.CommittedUsd != _expected || use.CommittedUsd > Limit || use.CommittedUsd + Bound <= Limit || recount with { WarnedPercent = use.WarnedPercent } != use || _refused == 0)
        {
            throw new ConformanceException($"{use.CommittedUsd} USD of {Limit} are committed where {_expected} were let in ({_refused} refusals); recounted {recount.CommittedUsd}.");
        }
    }

    private static async Task WatchAsync(IEngineStore node, CancellationToken done)
    {
        do
        {
            var use = (await node.Budgets.ReadUsesAsync(Given.Now, CancellationToken.None).ConfigureAwait(false))[0];
            if (use.CommittedUsd > Limit)
            {
                throw new ConformanceException($"{use.CommittedUsd} USD of {Limit} are committed.");
            }

            await Task.Yield();
        }
        while (!done.IsCancellationRequested);
    }

    private async Task CallAsync(int number, CancellationToken cancellationToken)
    {
        var random = new Random((seed * Callers) + number);
        var node = nodes[number % nodes.Count];
        for (var ask = 0; ask < Asks; ask++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await (random.Next(3) == 0 ? LiveAsync(node, random) : QueuedAsync(node, random)).ConfigureAwait(false);
        }
    }

    private async Task QueuedAsync(IEngineStore node, Random random)
    {
        if (await EnqueueAsync(node, random.Next(1, 4)).ConfigureAwait(false) is { } enqueued && random.Next(2) == 0)
        {
            await (random.Next(3) == 0
                ? SettleAsync(node, enqueued, cost: null)
                : SettleAsync(node, enqueued, Bound * random.Next(1, 10) / 10)).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<EnqueuedRequest>?> EnqueueAsync(IEngineStore node, int count)
    {
        var requests = Enumerable.Range(0, count).Select(_ => Given.Request($"race {Interlocked.Increment(ref _asked)}") with { Profile = Profile, BoundUsd = Bound }).ToList();
        try
        {
            var enqueued = await node.Requests.EnqueueAsync(requests, Given.Now).ConfigureAwait(false);
            Expect(Bound * count);
            return enqueued;
        }
        catch (BudgetExceededException)
        {
            Interlocked.Increment(ref _refused);
            return null;
        }
    }

    private async Task SettleAsync(IEngineStore node, IReadOnlyList<EnqueuedRequest> enqueued, decimal? cost)
    {
        await node.Settlements.SettleAsync(
            [.. enqueued.Select(request => cost is null ? StoreWorld.Ended(request.Sequence, RequestState.Failed) : StoreWorld.Answered(request.Sequence, costUsd: cost))],
            null, Given.Now).ConfigureAwait(false);
        Expect(((cost ?? 0m) - Bound) * enqueued.Count);
    }

    private async Task LiveAsync(IEngineStore node, Random random)
    {
        var reservation = new BudgetReservation
        {
            Id = Given.Request().Id,
            Scope = "live",
            Profile = Profile,
            BoundUsd = Bound,
            AcceptedAt = Given.Now,
            KeptFor = TimeSpan.FromMinutes(10),
        };
        if (!(await node.Budgets.ReserveAsync(reservation, Given.Now).ConfigureAwait(false)).IsHeld)
        {
            Interlocked.Increment(ref _refused);
            return;
        }

        Expect(Bound);
        switch (random.Next(3))
        {
            case 0:
                await node.Budgets.ReleaseAsync(reservation.Id).ConfigureAwait(false);
                Expect(-Bound);
                break;
            case 1:
                await node.Settlements.BookLiveAsync([ReservationBehaviours.Call(reservation, 0.004m)], Given.Now).ConfigureAwait(false);
                Expect(0.004m - Bound);
                break;
        }
    }

    private void Expect(decimal change)
    {
        lock (_lock)
        {
            _expected += change;
        }
    }
}
