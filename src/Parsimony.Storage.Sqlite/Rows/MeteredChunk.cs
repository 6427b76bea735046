using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Books one chunk of calls made outside the engine within a transaction.</summary>
internal sealed class MeteredChunk(Connection connection, Dictionaries dictionaries, DateTimeOffset now)
{
    /// <summary>How many were added; those that were there already are not.</summary>
    internal int Run(IReadOnlyList<MeteredCall> calls)
    {
        var scopes = new ScopeDeltas();
        var book = new LedgerBook(connection, dictionaries, scopes);
        var sequence = LastSequence();
        var added = 0;
        foreach (var (request, entry) in calls)
        {
            if (!RequestMoves.IsFinal(request.State))
            {
                throw new ArgumentException($"Request {request.Id} is {request.State}; only calls that have ended can be booked.", nameof(calls));
            }

            var scope = dictionaries.ScopeNumber(connection, TextLimits.Fit(request.Scope, TextLimits.Scope), now);
            var profile = dictionaries.ProfileNumber(connection, TextLimits.Fit(request.Profile));
            if (!Add(request, sequence + 1, scope, profile))
            {
                continue;
            }

            sequence++;
            added++;
            scopes.Of(scope).Total++;
            scopes.Ended(scope, request.State);
            book.Add(entry with { Sequence = sequence }, scope, profile);
        }

        ScopeRows.Add(connection, scopes);
        book.Save();
        return added;
    }

    private long LastSequence()
    {
        using var last = connection.Use("ReadLastSequence");
        return last.Step() ? last.Int64OrNull() ?? 0 : 0;
    }

    private bool Add(StoredRequest request, long sequence, long scope, long profile) =>
        connection.Use("AddEndedRequest").With(sequence).WithId(request.Id).With(scope).With(profile)
            .With((long)request.State).With((long)request.Route).With(dictionaries.PhraseNumber(connection, request.Reason))
            .With(request.Attempt).With(request.Sends).With(request.Uncertain)
            .With(request.AcceptedAt).With(request.Deadline).With(request.FinishedAt ?? now)
            .With(Phrase(request.FailureCode)).With(Phrase(request.FinishReason)).With(request.BoundUsd)
            .Run() > 0;

    private long? Phrase(string? text) => text is null ? null : dictionaries.PhraseNumber(connection, text);
}
