using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Profiles, scopes and phrases: values many rows share, stored once and kept in memory by number and by value. Thread safe.</summary>
/// <remarks>
/// New ones are added by a short transaction of their own: their numbers never roll back, and no other node waits for a long transaction that added one.
/// Look up what a transaction will need before it begins.
/// </remarks>
internal sealed class Dictionaries
{
    private readonly NumberedValues<RequestProfile> _profiles = new();
    private readonly NumberedValues<string> _scopes = new(StringComparer.Ordinal);
    private readonly NumberedValues<string> _phrases = new(StringComparer.Ordinal);
    private readonly NumberedValues<string> _contexts = new(StringComparer.Ordinal);

    internal BudgetShelf Budgets { get; } = new();

    /// <summary>The number of a profile, added when it is new.</summary>
    internal ValueTask<long> ProfileNumberAsync(PostgresDatabase database, RequestProfile profile, CancellationToken cancellationToken) =>
        NumberAsync(
            database, _profiles, profile, session => Bind(session.Use("FindProfile"), profile), session => Bind(session.Use("AddProfile"), TextLimits.CheckProfile(profile)), cancellationToken);

    /// <summary>The number of a scope, added when it is new.</summary>
    internal ValueTask<long> ScopeNumberAsync(PostgresDatabase database, string scope, DateTimeOffset now, CancellationToken cancellationToken) =>
        NumberAsync(
            database, _scopes, scope, session => session.Use("FindScope").With(scope), session => session.Use("AddScope").With(TextLimits.CheckScope(scope)).With(now), cancellationToken);

    /// <summary>The number of a phrase, added when it is new.</summary>
    internal ValueTask<long> PhraseNumberAsync(PostgresDatabase database, string text, CancellationToken cancellationToken)
    {
        var stored = TextLimits.FitPhrase(text);
        return NumberAsync(
            database, _phrases, stored, session => session.Use("FindPhrase").With(stored), session => session.Use("AddPhrase").With(stored), cancellationToken);
    }

    /// <summary>Adds the context of a decision when it is new. It may be pruned later, once nothing uses it.</summary>
    internal async ValueTask NoteContextAsync(PostgresDatabase database, DecisionContext context, DateTimeOffset now, CancellationToken cancellationToken) => await NumberAsync(
        database, _contexts, context.Key.ToString("n"), session => session.Use("FindDecisionContext").With(context.Key),
        session => session.Use("AddDecisionContext").With(context.Key).With(now).With(context.Text), cancellationToken).ConfigureAwait(false);

    /// <summary>The number of a scope; null when nobody used it.</summary>
    internal async ValueTask<long?> FindScopeAsync(PostgresDatabase database, string scope, CancellationToken cancellationToken)
    {
        if (_scopes.NumberOf(scope) is { } known)
        {
            return known;
        }

        var found = await FindAsync(database, session => session.Use("FindScope").With(scope), cancellationToken).ConfigureAwait(false);
        if (found is { } number)
        {
            _scopes.Note(number, scope);
        }

        return found;
    }

    internal ValueTask<RequestProfile> ProfileAsync(PostgresDatabase database, long number, CancellationToken cancellationToken) =>
        ValueAsync(database, _profiles, number, "ReadProfile", ProfileColumns.Read, cancellationToken);

    internal ValueTask<string> ScopeAsync(PostgresDatabase database, long number, CancellationToken cancellationToken) =>
        ValueAsync(database, _scopes, number, "ReadScopeName", static row => row.Text(), cancellationToken);

    /// <summary>The phrase of a number; null for null.</summary>
    internal async ValueTask<string?> PhraseAsync(PostgresDatabase database, long? number, CancellationToken cancellationToken) => number is { } known
        ? await ValueAsync(database, _phrases, known, "ReadPhrase", static row => row.Text(), cancellationToken).ConfigureAwait(false)
        : null;

    private static async ValueTask<long> NumberAsync<T>(
        PostgresDatabase database, NumberedValues<T> values, T value, Func<Session, Command> find, Func<Session, Command> add, CancellationToken cancellationToken)
        where T : class
    {
        if (values.NumberOf(value) is { } known)
        {
            return known;
        }

        // Added by another node between the two: then it can be found now.
        var number = await FindAsync(database, find, cancellationToken).ConfigureAwait(false)
            ?? await database.WriteAsideAsync(session => add(session).FirstAsync(ReadNumber, cancellationToken), cancellationToken).ConfigureAwait(false)
            ?? await FindAsync(database, find, cancellationToken).ConfigureAwait(false)
            ?? throw new PostgresStoreException("A value that was there a moment ago is gone: somebody removes rows of this schema.");
        values.Note(number, value);
        return number;
    }

    private static Task<long?> FindAsync(PostgresDatabase database, Func<Session, Command> find, CancellationToken cancellationToken) =>
        database.ReadAsideAsync(session => find(session).FirstAsync(ReadNumber, cancellationToken), cancellationToken);

    private static async ValueTask<T> ValueAsync<T>(
        PostgresDatabase database, NumberedValues<T> values, long number, string verb, Func<Row, T> read, CancellationToken cancellationToken)
        where T : class
    {
        if (values.ValueOf(number) is { } known)
        {
            return known;
        }

        var value = await database.ReadAsideAsync(
            session => session.Use(verb).With(number).FirstAsync(read, cancellationToken), cancellationToken).ConfigureAwait(false)
            ?? throw new PostgresStoreException($"{verb} finds no {number}. The database is damaged: restore a backup.");
        values.Note(number, value);
        return value;
    }

    private static long? ReadNumber(Row row) => row.Int64();

    private static Command Bind(Command command, RequestProfile profile) => command
        .With(profile.Model.Provider.Value).With(profile.Model.Name).With(profile.Credential)
        .With((int)profile.Kind).With((int)profile.Dialect).With(profile.IsolationGroup)
        .With(profile.Tenant).With(profile.Key).With(profile.Component).With(profile.Agent).With(profile.Session).With(profile.Tags);
}
