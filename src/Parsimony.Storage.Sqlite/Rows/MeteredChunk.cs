using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Books one chunk of calls made outside the engine within a transaction.</summary>
internal sealed class MeteredChunk(Connection connection, Dictionaries dictionaries, DateTimeOffset now)
{
    /// <summary>How many were added; those that were there already are not.</summary>
    internal int Run(IReadOnlyList<MeteredCall> calls)
    {
        var scopes = new ScopeDeltas();
        var budgets = new BudgetDeltas { Book = dictionaries.Budgets(connection) };
        var book = new LedgerBook(connection, dictionaries, scopes, budgets);
        var sequence = LastSequence();
        var added = 0;
        foreach (var call in calls)
        {
            var (request, entry) = call;
            if (!RequestMoves.IsFinal(request.State))
            {
                throw new ArgumentException($"Request {request.Id} is {request.State}; only calls that have ended can be booked.", nameof(calls));
            }

            var scope = dictionaries.ScopeNumber(connection, TextLimits.Fit(request.Scope, TextLimits.Scope), now);
            var profile = dictionaries.ProfileNumber(connection, TextLimits.Fit(request.Profile));
            if (call.IsReserved)
            {
                BudgetReservations.Remove(connection, request.Id, budgets);
            }

            if (!Add(request, sequence + 1, scope, profile))
            {
                if (call.IsReserved)
                {
                    BookLate(call, book);
                }

                continue;
            }

            sequence++;
            added++;
            scopes.Of(scope).Total++;
            scopes.Ended(scope, request.State);
            book.Add(entry with { Sequence = sequence }, scope, profile, request.AcceptedAt);
        }

        ScopeRows.Add(connection, scopes);
        BudgetRows.Add(connection, dictionaries, budgets);
        book.Save();
        return added;
    }

    /// <summary>Booked as unknown when its reservation ran out: what it cost after all corrects that.</summary>
    private void BookLate(MeteredCall call, LedgerBook book)
    {
        long sequence, scope, profile;
        DateTimeOffset acceptedAt;
        using (var row = connection.Use("FindBooked").WithId(call.Request.Id))
        {
            _ = row.Step();
            (sequence, scope, profile, acceptedAt) = (row.Int64(), row.Int64(), row.Int64(), row.Time());
        }

        book.Add(call.Entry with { Sequence = sequence }, scope, profile, acceptedAt);
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
