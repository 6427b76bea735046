using Parsimony.Engine;

namespace Parsimony.Testing;

/// <summary>Random legal and illegal verbs under several budgets; after each few, what was counted is compared with a recount.</summary>
internal sealed class BudgetWalk(StoreWorld world, int seed)
{
    private static readonly string[] Tenants = ["one", "two", ""];

    private readonly Random _random = new(seed);
    private readonly List<EnqueuedRequest> _requests = [];
    private readonly List<BudgetReservation> _reserved = [];
    private int _text;

    internal async Task RunAsync(int steps)
    {
        await world.Store.Runs.BeginAsync(Scope(0), "limited", 0.05m, world.Now).ConfigureAwait(false);
        await SetAsync().ConfigureAwait(false);
        for (var step = 1; step <= steps; step++)
        {
            await StepAsync(_random.Next(10)).ConfigureAwait(false);
            if (step % 20 == 0)
            {
                await CompareAsync().ConfigureAwait(false);
                world.Now = world.Now.AddHours(7);
            }
        }
    }

    private string Scope(int number) => $"walk {seed} {number}";

    private RequestProfile Profile() => Given.Profile() with { Tenant = Tenants[_random.Next(3)], Session = $"s{_random.Next(4)}", Tags = _random.Next(2) == 0 ? "" : "a=1,b=2" };

    private Task StepAsync(int verb) => verb switch
    {
        0 or 1 or 2 => EnqueueAsync(),
        3 or 4 => SettleAsync(),
        5 => world.Store.Requests.CancelAsync(Scope(_random.Next(2)), _requests.Count == 0 ? [] : [Any().Id], world.Now),
        6 => TryAsync(() => world.Store.Requests.RetryAsync(Scope(_random.Next(2)), _requests.Count == 0 ? [] : [Any().Id], world.Now)),
        7 => _random.Next(3) == 0 ? SetAsync() : world.Store.Requests.AdmitAsync(Scope(0), _ => Given.Lane, world.Now),
        8 => ReserveAsync(),
        _ => EndReservationAsync(),
    };

    private EnqueuedRequest Any() => _requests[_random.Next(_requests.Count)];

    private Task EnqueueAsync() => TryAsync(async () =>
    {
        var scope = Scope(_random.Next(2));
        var call = new List<NewRequest>();
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            var request = _random.Next(3) == 0 ? Given.LiveRequest($"{seed} {_random.Next(_text + 2)}", scope) : Given.Request($"{seed} {++_text}", scope);
            call.Add(request with { Profile = Profile(), BoundUsd = _random.Next(8) == 0 ? null : 0.01m * _random.Next(1, 4) });
        }

        _requests.AddRange(await world.EnqueueAsync(call).ConfigureAwait(false));
    });

    private async Task SettleAsync()
    {
        if (_requests.Count == 0)
        {
            return;
        }

        await world.Store.Requests.ClaimForSendAsync(world.Mine, _random.Next(3), world.Now).ConfigureAwait(false);
        var settlements = new List<Settlement>();
        for (var i = _random.Next(1, 6); i > 0; i--)
        {
            var request = await world.RequestAsync(Any().Id).ConfigureAwait(false);
            var attempt = Math.Max(1, request.Attempt - _random.Next(2));
            decimal? cost = _random.Next(3) == 0 ? null : 0.001m * _random.Next(1, 9);
            settlements.Add(_random.Next(4) switch
            {
                0 => StoreWorld.Ended(request.Sequence, RequestState.Expired, attempt),
                1 => StoreWorld.Requeued(request.Sequence, attempt) with { Entry = Given.Entry(request.Sequence, attempt, cost) },
                2 => new Settlement { Sequence = request.Sequence, Attempt = attempt, Entry = Given.Entry(request.Sequence, attempt, 0.002m) with { Kind = LedgerKind.Correction, Revision = 1 } },
                _ => StoreWorld.Answered(request.Sequence, attempt, cost),
            });
        }

        await world.SettleAsync(settlements).ConfigureAwait(false);
    }

    private async Task ReserveAsync()
    {
        var reservation = ReservationBehaviours.Reservation(world, Profile(), 0.01m * _random.Next(1, 3));
        if ((await world.Store.Budgets.ReserveAsync(reservation, world.Now).ConfigureAwait(false)).IsHeld)
        {
            _reserved.Add(reservation);
        }
    }

    private async Task EndReservationAsync()
    {
        if (_reserved.Count == 0)
        {
            return;
        }

        var reservation = _reserved[_random.Next(_reserved.Count)];
        await (_random.Next(3) switch
        {
            0 => world.Store.Budgets.ReleaseAsync(reservation.Id),
            1 => world.Store.Settlements.BookLiveAsync([ReservationBehaviours.Call(reservation, null)], world.Now),
            _ => world.Store.Settlements.BookLiveAsync([ReservationBehaviours.Call(reservation, 0.003m)], world.Now),
        }).ConfigureAwait(false);
    }

    private async Task SetAsync()
    {
        Budget[] budgets =
        [
            new() { Dimension = BudgetDimension.All, Period = BudgetPeriod.Total, LimitUsd = 5m, AllowUnpriced = true },
            new() { Dimension = BudgetDimension.Tenant, Value = "*", Period = BudgetPeriod.Day, LimitUsd = 0.2m, AllowUnpriced = true },
            new() { Dimension = BudgetDimension.Session, Value = "s1", Period = BudgetPeriod.Month, LimitUsd = 0.3m, IsHard = false },
            new() { Dimension = BudgetDimension.Tag, Value = "a=*", Period = BudgetPeriod.Day, LimitUsd = 0.3m },
        ];
        var budget = budgets[_random.Next(budgets.Length)];
        if (_random.Next(4) == 0)
        {
            await world.Store.Budgets.RemoveAsync(budget.Dimension, budget.Value, budget.Period).ConfigureAwait(false);
        }

        await world.Store.Budgets.SetAsync(budget, world.Now).ConfigureAwait(false);
    }

    private async Task CompareAsync()
    {
        var counted = (await world.Store.Budgets.RecountAsync(world.Now).ConfigureAwait(false)).Select(Line).ToList();
        for (var day = 0; day < 5; day++)
        {
            var now = world.Now.AddDays(-day);
            foreach (var use in await world.Store.Budgets.ReadUsesAsync(now).ConfigureAwait(false))
            {
                var line = Line(use);
                if (!counted.Contains(line) && (use.CommittedUsd != 0m || counted.Exists(other => Row(other) == Row(line))))
                {
                    throw new ConformanceException($"Counted {line}, recounted {string.Join("; ", counted.Where(other => Row(other) == Row(line)))} (seed {seed}).");
                }
            }
        }
    }

    private static (long Number, string Value, DateTimeOffset Start, decimal Spent, decimal Unknown, decimal Reserved) Line(BudgetUse use) =>
        (use.Budget.Number, use.Value, use.Start, use.SpentUsd, use.UnknownBoundUsd, use.ReservedUsd);

    private static (long Number, string Value, DateTimeOffset Start) Row((long Number, string Value, DateTimeOffset Start, decimal Spent, decimal Unknown, decimal Reserved) line) =>
        (line.Number, line.Value, line.Start);

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (BudgetExceededException)
        {
            // As it may.
        }
    }
}
