using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteBudgetStore(SqliteDatabase database) : IBudgetStore
{
    public Task<Budget> SetAsync(Budget budget, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        if (budget.Validate() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(budget));
        }

        return database.WriteAsync(
            Durability.Power,
            connection =>
            {
                var there = BudgetRows.List(connection).Find(b => (b.Dimension, b.Value, b.Period) == (budget.Dimension, budget.Value, budget.Period));
                RenewVersion(connection);
                return there is null
                    ? Add(connection, budget with { CountsFrom = BudgetKey.StartOf(budget.Period, now) })
                    : Change(connection, budget with { Number = there.Number, CountsFrom = there.CountsFrom });
            },
            cancellationToken);
    }

    public Task<bool> RemoveAsync(BudgetDimension dimension, string value, BudgetPeriod period, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Power,
            connection =>
            {
                long number;
                using (var row = connection.Use("RemoveBudget").With((long)dimension).With(value).With((long)period))
                {
                    if (!row.Step())
                    {
                        return false;
                    }

                    number = row.Int64();
                }

                connection.Use("RemoveBudgetUses").With(number).Run();
                RenewVersion(connection);
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<BudgetUse>> ReadUsesAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<BudgetUse>>(
            connection => Book(connection).CurrentUses(
                BudgetRows.ReadAll(connection.Use("ReadBudgetUses").With(BudgetKey.StartOf(BudgetPeriod.Day, now)).With(BudgetKey.StartOf(BudgetPeriod.Month, now))
                    .With(BudgetKey.StartOf(BudgetPeriod.Total, now))),
                now),
            cancellationToken);

    public Task<IReadOnlyList<BudgetUse>> RecountAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<BudgetUse>>(
            connection => Count(connection, Book(connection)).ConvertAll(c => BudgetBook.UseOf(c.Budget, c.Key, c.Amounts)), cancellationToken);

    public async Task<ReservationResult> ReserveAsync(BudgetReservation reservation, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        // Asked first by a reader: without a budget about it, a call does not wait for who writes.
        var isWanted = await database.ReadAsync(
            connection => database.Dictionaries.Budgets(connection).KeysOf(reservation.Profile, reservation.AcceptedAt).Any(), cancellationToken).ConfigureAwait(false);
        return isWanted
            ? await database.WriteAsync(Durability.Process, connection => Reserve(connection, reservation, now), cancellationToken).ConfigureAwait(false)
            : default;
    }

    public Task<bool> ReleaseAsync(RequestId id, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Process,
        connection =>
        {
            var deltas = new BudgetDeltas { Book = database.Dictionaries.Budgets(connection) };
            var isHeld = BudgetReservations.Remove(connection, id, deltas);
            BudgetRows.Add(connection, database.Dictionaries, deltas);
            return isHeld;
        },
        cancellationToken);

    public Task<IReadOnlyList<BudgetReservation>> ReadExpiredAsync(int max, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<BudgetReservation>>(
            connection =>
            {
                using var row = connection.Use("ReadExpiredReservations").With(now).With(max);
                var expired = new List<BudgetReservation>();
                while (row.Step())
                {
                    var (id, scope, profile) = (RequestRows.ReadId(row), row.Int64(), row.Int64());
                    var (bound, acceptedAt, endsAt) = (row.MoneyOrNull(), row.Time(), row.Time());
                    expired.Add(new BudgetReservation
                    {
                        Id = id,
                        Scope = database.Dictionaries.Scope(connection, scope),
                        Profile = database.Dictionaries.Profile(connection, profile),
                        BoundUsd = bound,
                        AcceptedAt = acceptedAt,
                        KeptFor = endsAt - acceptedAt,
                    });
                }

                return expired;
            },
            cancellationToken);

    public async Task<IReadOnlyList<BudgetUse>> TakeWarningsAsync(int max, CancellationToken cancellationToken = default)
    {
        // Seldom there are any: looked for without waiting for who writes.
        var due = await database.ReadAsync(connection => BudgetRows.ReadAll(connection.Use("ReadBudgetWarnings").With(max)), cancellationToken).ConfigureAwait(false);
        return due.Count == 0
            ? []
            : await database.WriteAsync(Durability.Process, connection => TakeWarnings(connection, max), cancellationToken).ConfigureAwait(false);
    }

    public Task<int> PruneAsync(DateTimeOffset before, int max, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Process, connection => connection.Use("PruneBudgetUses").With(before).With(max).Run(), cancellationToken);

    private static BudgetBook Book(Connection connection) => new(-1, BudgetRows.List(connection));

    private static void RenewVersion(Connection connection)
    {
        long version;
        using (var row = connection.Use("ReadCounter").With("budget_version"))
        {
            version = row.Step() ? row.Int64() : 0;
        }

        connection.Use("SetCounter").With(version + 1).With("budget_version").Run();
    }

    private static List<BudgetUse> TakeWarnings(Connection connection, int max)
    {
        var rows = BudgetRows.ReadAll(connection.Use("ReadBudgetWarnings").With(max));
        foreach (var (key, _, _) in rows)
        {
            connection.Use("MarkBudgetWarned").With(key.Budget).With(key.Value).With(key.Start).Run();
        }

        return Book(connection).UsesOf(rows);
    }

    private static Budget Change(Connection connection, Budget budget)
    {
        connection.Use("SetBudget").With(budget.LimitUsd).With(budget.IsHard).With(budget.AllowUnpriced).With(budget.Number).Run();
        foreach (var (key, amounts, _) in BudgetRows.ReadAll(connection.Use("ReadUsesOfBudget").With(budget.Number)))
        {
            connection.Use("RenewBudgetLevel").With(amounts.Reached(budget.LimitUsd)).With(key.Budget).With(key.Value).With(key.Start).Run();
        }

        return budget;
    }

    private Budget Add(Connection connection, Budget budget)
    {
        connection.Use("AddBudget").With((long)budget.Dimension).With(budget.Value).With((long)budget.Period).With(budget.LimitUsd).With(budget.IsHard)
            .With(budget.AllowUnpriced).With(budget.CountsFrom).Run();
        var added = budget with { Number = connection.LastRowId };
        BudgetRows.Add(connection, Count(connection, new BudgetBook(-1, [added])));
        return added;
    }

    private ReservationResult Reserve(Connection connection, BudgetReservation reservation, DateTimeOffset now)
    {
        var book = database.Dictionaries.Budgets(connection);
        var keys = book.KeysOf(reservation.Profile, reservation.AcceptedAt).Select(key => key.Key).ToList();
        if (keys.Count == 0)
        {
            return default;
        }

        if (BudgetRows.Gate(connection, book, keys).Take(BudgetGate.DemandsOf([(reservation.Profile, reservation.BoundUsd)], reservation.AcceptedAt)) is { } refusal)
        {
            return new ReservationResult(IsHeld: false, refusal);
        }

        var scope = database.Dictionaries.ScopeNumber(connection, reservation.Scope, now);
        var profile = database.Dictionaries.ProfileNumber(connection, reservation.Profile);
        if (connection.Use("AddReservation").WithId(reservation.Id).With(scope).With(profile).With(reservation.BoundUsd).With(reservation.AcceptedAt)
            .With(now + reservation.KeptFor).Run() > 0)
        {
            var deltas = new BudgetDeltas { Book = book };
            deltas.Reserve(profile, reservation.AcceptedAt, reservation.BoundUsd);
            BudgetRows.Add(connection, database.Dictionaries, deltas);
        }

        return new ReservationResult(IsHeld: true, Refusal: null);
    }

    private List<(Budget Budget, BudgetKey Key, BudgetAmounts Amounts)> Count(Connection connection, BudgetBook book)
    {
        if (book.IsEmpty)
        {
            return [];
        }

        var since = book.Budgets.Min(budget => budget.CountsFrom);
        var deltas = new BudgetDeltas { Book = book };
        using (var row = connection.Use("ReadReserves").With(since))
        {
            while (row.Step())
            {
                var (profile, acceptedAt) = (row.Int64(), row.Time());
                deltas.Reserve(profile, acceptedAt, row.Money());
            }
        }

        using (var row = connection.Use("ReadSpending").With(since))
        {
            while (row.Step())
            {
                var (profile, acceptedAt) = (row.Int64(), row.Time());
                deltas.Spend(profile, acceptedAt, row.Money(), row.Money());
            }
        }

        return deltas.Take(number => database.Dictionaries.Profile(connection, number));
    }
}
