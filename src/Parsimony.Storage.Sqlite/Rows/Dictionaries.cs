using System.Collections.Concurrent;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Profiles, scopes and phrases: values many rows share, stored once and kept in memory by number and by value.</summary>
internal sealed class Dictionaries
{
    private const int MostPhrases = 20_000;

    private readonly ConcurrentDictionary<RequestProfile, long> _profileNumbers = new();
    private readonly ConcurrentDictionary<long, RequestProfile> _profiles = new();
    private readonly ConcurrentDictionary<string, long> _scopeNumbers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, string> _scopes = new();
    private readonly ConcurrentDictionary<string, long> _phraseNumbers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, string> _phrases = new();

    /// <summary>Forgets everything: after a rollback, numbers may be given out again.</summary>
    internal void Forget()
    {
        _profileNumbers.Clear();
        _profiles.Clear();
        ForgetScopes();
        ForgetPhrases();
    }

    internal long ProfileNumber(Connection connection, RequestProfile profile)
    {
        if (_profileNumbers.TryGetValue(profile, out var number))
        {
            return number;
        }

        using (var find = Bind(connection.Use("FindProfile"), profile))
        {
            number = find.Step() ? find.Int64() : 0;
        }

        if (number == 0)
        {
            Bind(connection.Use("AddProfile"), profile).Run();
            number = connection.LastRowId;
        }

        _profileNumbers[profile] = number;
        return number;
    }

    internal RequestProfile Profile(Connection connection, long number)
    {
        if (_profiles.TryGetValue(number, out var profile))
        {
            return profile;
        }

        using var row = connection.Use("ReadProfile").With(number);
        if (!row.Step())
        {
            throw new SqliteStoreException($"Profile {number} is missing. The file is damaged: restore a backup.");
        }

        profile = new RequestProfile
        {
            Model = new ModelId(ProviderId.Parse(row.Text()), row.Text()),
            Credential = row.Text(),
            Kind = (EndpointKind)row.Int32(),
            Dialect = (Dialect)row.Int32(),
            IsolationGroup = row.Text(),
            Tenant = row.Text(),
            Component = row.Text(),
            Agent = row.Text(),
            Session = row.Text(),
            Tags = row.Text(),
        };
        _profiles[number] = profile;
        return profile;
    }

    /// <summary>The number of a scope, added when it is new.</summary>
    internal long ScopeNumber(Connection connection, string scope, DateTimeOffset now)
    {
        if (FindScope(connection, scope) is { } number)
        {
            return number;
        }

        connection.Use("AddScope").With(scope).With(now).Run();
        number = connection.LastRowId;
        _scopeNumbers[scope] = number;
        return number;
    }

    internal long? FindScope(Connection connection, string scope)
    {
        if (_scopeNumbers.TryGetValue(scope, out var number))
        {
            return number;
        }

        using var find = connection.Use("FindScope").With(scope);
        if (!find.Step())
        {
            return null;
        }

        number = find.Int64();
        if (_scopeNumbers.Count >= MostPhrases)
        {
            ForgetScopes();
        }

        _scopeNumbers[scope] = number;
        return number;
    }

    internal string Scope(Connection connection, long number)
    {
        if (_scopes.TryGetValue(number, out var scope))
        {
            return scope;
        }

        using var row = connection.Use("ReadScopeName").With(number);
        scope = row.Step() ? row.Text() : "";
        if (_scopes.Count >= MostPhrases)
        {
            ForgetScopes();
        }

        _scopes[number] = scope;
        return scope;
    }

    internal long PhraseNumber(Connection connection, string text)
    {
        if (_phraseNumbers.TryGetValue(text, out var number))
        {
            return number;
        }

        using (var find = connection.Use("FindPhrase").With(text))
        {
            number = find.Step() ? find.Int64() : 0;
        }

        if (number == 0)
        {
            connection.Use("AddPhrase").With(text).Run();
            number = connection.LastRowId;
        }

        if (_phraseNumbers.Count >= MostPhrases)
        {
            ForgetPhrases();
        }

        _phraseNumbers[text] = number;
        return number;
    }

    internal string? Phrase(Connection connection, long? number)
    {
        if (number is not { } id)
        {
            return null;
        }

        if (_phrases.TryGetValue(id, out var text))
        {
            return text;
        }

        using var row = connection.Use("ReadPhrase").With(id);
        text = row.Step() ? row.Text() : "";
        if (_phrases.Count >= MostPhrases)
        {
            ForgetPhrases();
        }

        _phrases[id] = text;
        return text;
    }

    private static Statement Bind(Statement statement, RequestProfile profile) => statement
        .With(profile.Model.Provider.Value).With(profile.Model.Name).With(profile.Credential)
        .With((long)profile.Kind).With((long)profile.Dialect).With(profile.IsolationGroup)
        .With(profile.Tenant).With(profile.Component).With(profile.Agent).With(profile.Session).With(profile.Tags);

    private void ForgetScopes()
    {
        _scopeNumbers.Clear();
        _scopes.Clear();
    }

    private void ForgetPhrases()
    {
        _phraseNumbers.Clear();
        _phrases.Clear();
    }
}
