using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>One transaction of one verb.</summary>
internal sealed class Session(PostgresDatabase database, NpgsqlConnection connection, TimeProvider? leaseClock, CancellationToken cancellation)
{
    internal PostgresDatabase Database => database;

    internal Dictionaries Dictionaries => database.Dictionaries;

    internal NpgsqlConnection Connection => connection;

    internal CancellationToken Cancellation => cancellation;

    /// <summary>
    /// What leases are measured against: the instant of the clock that tests pass in, or null, which the statements take for the database's own clock,
    /// so that nodes whose clocks differ agree on when a lease ends.
    /// </summary>
    internal DateTimeOffset? LeaseNow => leaseClock?.GetUtcNow();

    /// <summary>The store's clock as nodes are listed by it: under a sandbox the caller's, since the database knows nothing of that time.</summary>
    internal DateTimeOffset? NodesNow(DateTimeOffset now) => IsRealTime ? LeaseNow : now;

    /// <summary>Whether callers live in the database's time.</summary>
    internal bool IsRealTime => database.Options.CallersSpeed == 1;

    /// <summary>A time span of the callers as long as it is for the database.</summary>
    internal TimeSpan Length(TimeSpan callers) => IsRealTime ? callers : callers / database.Options.CallersSpeed;

    /// <summary>The statement of a file in Sql/, ready to be bound.</summary>
    internal Command Use(string name) => new(new NpgsqlCommand(SqlText.Statement(name), connection), name);

    /// <summary>A statement that leases: its first two parameters are the lease's owner and its length, the third what time it is.</summary>
    internal Command UseLease(string name, Lease lease, DateTimeOffset now) =>
        Use(name).With(lease.Owner).With(Length(lease.Until - now)).With(LeaseNow);
}
