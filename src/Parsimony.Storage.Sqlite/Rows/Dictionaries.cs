using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Profiles, scopes and phrases: values many rows share, stored once and kept in memory by number and by value. Thread safe.</summary>
internal sealed class Dictionaries
{
    private readonly NumberedValues<RequestProfile> _profiles = new();
    private readonly NumberedValues<string> _scopes = new(StringComparer.Ordinal);
    private readonly NumberedValues<string> _phrases = new(StringComparer.Ordinal);
    private BudgetBook _budgets = BudgetBook.Unread;

    /// <summary>Forgets everything: after a rollback, numbers may be given out again.</summary>
    internal void Forget()
    {
        _profiles.Forget();
        _scopes.Forget();
        _phrases.Forget();
        Volatile.Write(ref _budgets, BudgetBook.Unread);
    }

    /// <summary>The budgets, as this transaction sees them.</summary>
    internal BudgetBook Budgets(Connection connection)
    {
        long version;
        using (var row = connection.Use("ReadCounter").With("budget_version"))
        {
            version = row.Step() ? row.Int64() : 0;
        }

        var known = Volatile.Read(ref _budgets);
        if (known.Version == version)
        {
            return known;
        }

        var book = new BudgetBook(version, BudgetRows.List(connection));
        Volatile.Write(ref _budgets, book);
        return book;
    }

    /// <summary>The number of a profile, added when it is new.</summary>
    internal long ProfileNumber(Connection connection, RequestProfile profile) =>
        _profiles.NumberOf(profile)
        ?? Find(_profiles, profile, Bind(connection.Use("FindProfile"), profile))
        ?? Add(connection, _profiles, profile, Bind(connection.Use("AddProfile"), TextLimits.CheckProfile(profile)));

    /// <summary>The number of a scope, added when it is new.</summary>
    internal long ScopeNumber(Connection connection, string scope, DateTimeOffset now) =>
        FindScope(connection, scope) ?? Add(connection, _scopes, scope, connection.Use("AddScope").With(TextLimits.CheckScope(scope)).With(now));

    /// <summary>The number of a scope; null when nobody used it.</summary>
    internal long? FindScope(Connection connection, string scope) =>
        _scopes.NumberOf(scope) ?? Find(_scopes, scope, connection.Use("FindScope").With(scope));

    /// <summary>The number of a phrase, added when it is new.</summary>
    internal long PhraseNumber(Connection connection, string text)
    {
        var stored = TextLimits.FitPhrase(text);
        return _phrases.NumberOf(stored)
            ?? Find(_phrases, stored, connection.Use("FindPhrase").With(stored))
            ?? Add(connection, _phrases, stored, connection.Use("AddPhrase").With(stored));
    }

    internal RequestProfile Profile(Connection connection, long number) =>
        _profiles.ValueOf(number) ?? Read(connection, _profiles, number, "ReadProfile", ProfileColumns.Read);

    internal string Scope(Connection connection, long number) =>
        _scopes.ValueOf(number) ?? Read(connection, _scopes, number, "ReadScopeName", static row => row.Text());

    /// <summary>The phrase of a number; null for null.</summary>
    internal string? Phrase(Connection connection, long? number) => number is { } known
        ? _phrases.ValueOf(known) ?? Read(connection, _phrases, known, "ReadPhrase", static row => row.Text())
        : null;

    private static long? Find<T>(NumberedValues<T> values, T value, Statement find)
        where T : class
    {
        using (find)
        {
            if (!find.Step())
            {
                return null;
            }

            var number = find.Int64();
            values.Note(number, value);
            return number;
        }
    }

    private static long Add<T>(Connection connection, NumberedValues<T> values, T value, Statement add)
        where T : class
    {
        add.Run();
        var number = connection.LastRowId;
        values.Note(number, value);
        return number;
    }

    private static T Read<T>(Connection connection, NumberedValues<T> values, long number, string verb, Func<Statement, T> read)
        where T : class
    {
        using var row = connection.Use(verb).With(number);
        if (!row.Step())
        {
            throw new SqliteStoreException($"{verb} finds no {number}. The file is damaged: restore a backup.");
        }

        var value = read(row);
        values.Note(number, value);
        return value;
    }

    private static Statement Bind(Statement statement, RequestProfile profile) => statement
        .With(profile.Model.Provider.Value).With(profile.Model.Name).With(profile.Credential)
        .With((long)profile.Kind).With((long)profile.Dialect).With(profile.IsolationGroup)
        .With(profile.Tenant).With(profile.Key).With(profile.Component).With(profile.Agent).With(profile.Session).With(profile.Tags);
}
