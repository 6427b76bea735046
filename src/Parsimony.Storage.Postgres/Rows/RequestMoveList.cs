using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Moves of locked requests, kept until they are written: one statement for all moves of a kind.</summary>
internal sealed class RequestMoveList(Session session, DateTimeOffset now)
{
    private readonly List<(long Sequence, Guid Page, int Slot, string? Finish)> _answeredBatched = [];
    private readonly List<(long Sequence, int Attempt, Guid Page, int Slot, string? Finish, string? Reason)> _answered = [];
    private readonly List<(long Sequence, RequestState State, string Code, string? Reason, bool IsSend, bool IsUncertain)> _ended = [];
    private readonly List<(long Sequence, bool IsHeld, SettlementMove.ToQueued Move)> _requeued = [];
    private readonly List<(long Sequence, bool IsHeld)> _retried = [];
    private readonly List<long> _marked = [];
    private readonly List<(long Sequence, int Attempt)> _released = [];

    internal void AnswerBatched(long sequence, Guid page, int slot, string? finish) => _answeredBatched.Add((sequence, page, slot, finish));

    /// <summary>An answer of one that is not Batched; with a reason where that changes.</summary>
    internal void Answer(long sequence, int attempt, Guid page, int slot, string? finish, string? reason) =>
        _answered.Add((sequence, attempt, page, slot, finish, reason));

    internal void End(long sequence, RequestState state, string code, string? reason, bool isSend, bool isUncertain) =>
        _ended.Add((sequence, state, code, reason, isSend, isUncertain));

    internal void Requeue(long sequence, bool isHeld, SettlementMove.ToQueued move) => _requeued.Add((sequence, isHeld, move));

    internal void Retry(long sequence, bool isHeld) => _retried.Add((sequence, isHeld));

    internal void Mark(long sequence) => _marked.Add(sequence);

    internal void Release(long sequence, int attempt) => _released.Add((sequence, attempt));

    /// <summary>Writes them in an order in which a request's second move in one transaction comes after its first: back to the queue, then to an end.</summary>
    internal async Task SaveAsync()
    {
        await SaveReopenedAsync().ConfigureAwait(false);
        await SaveAnsweredAsync().ConfigureAwait(false);
        await SaveEndedAsync().ConfigureAwait(false);
        if (_released.Count > 0)
        {
            await session.Use("ReleaseAttempt").With(_released.ConvertAll(m => m.Sequence), NpgsqlDbType.Bigint)
                .With(_released.ConvertAll(m => m.Attempt), NpgsqlDbType.Integer).RunAsync(session.Cancellation).ConfigureAwait(false);
            _released.Clear();
        }
    }

    private async Task SaveReopenedAsync()
    {
        if (_retried.Count > 0)
        {
            await session.Use("RetryRequest").With(await PhraseAsync("live: retried").ConfigureAwait(false)).With(now)
                .With(_retried.ConvertAll(m => m.Sequence), NpgsqlDbType.Bigint).With(_retried.ConvertAll(m => m.IsHeld), NpgsqlDbType.Boolean)
                .RunAsync(session.Cancellation).ConfigureAwait(false);
            _retried.Clear();
        }

        if (_marked.Count > 0)
        {
            await session.Use("MarkCancelRequested").With(_marked, NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
            _marked.Clear();
        }

        if (_requeued.Count > 0)
        {
            var reasons = new long[_requeued.Count];
            for (var i = 0; i < reasons.Length; i++)
            {
                reasons[i] = await PhraseAsync(_requeued[i].Move.Reason).ConfigureAwait(false);
            }

            await session.Use("RequeueRequest").With(reasons, NpgsqlDbType.Bigint).With(_requeued.ConvertAll(m => m.IsHeld), NpgsqlDbType.Boolean)
                .With(_requeued.ConvertAll(m => m.Move.NotBefore?.UtcDateTime), NpgsqlDbType.TimestampTz)
                .With(_requeued.ConvertAll(m => m.Move.CountsAsSend ? 1 : 0), NpgsqlDbType.Integer)
                .With(_requeued.ConvertAll(m => m.Move.CountsAsUncertain ? 1 : 0), NpgsqlDbType.Integer)
                .With(_requeued.ConvertAll(m => m.Sequence), NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
            _requeued.Clear();
        }
    }

    private async Task SaveAnsweredAsync()
    {
        if (_answeredBatched.Count > 0)
        {
            var finishes = await PhrasesAsync(_answeredBatched.ConvertAll(m => m.Finish)).ConfigureAwait(false);
            await session.Use("AnswerBatched").With(now).With(_answeredBatched.ConvertAll(m => m.Page), NpgsqlDbType.Uuid)
                .With(_answeredBatched.ConvertAll(m => m.Slot), NpgsqlDbType.Integer).With(finishes, NpgsqlDbType.Bigint)
                .With(_answeredBatched.ConvertAll(m => m.Sequence), NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
            _answeredBatched.Clear();
        }

        if (_answered.Count > 0)
        {
            var finishes = await PhrasesAsync(_answered.ConvertAll(m => m.Finish)).ConfigureAwait(false);
            var reasons = await PhrasesAsync(_answered.ConvertAll(m => m.Reason)).ConfigureAwait(false);
            await session.Use("AnswerRequest").With(now).With(_answered.ConvertAll(m => m.Page), NpgsqlDbType.Uuid)
                .With(_answered.ConvertAll(m => m.Slot), NpgsqlDbType.Integer).With(finishes, NpgsqlDbType.Bigint).With(reasons, NpgsqlDbType.Bigint)
                .With(_answered.ConvertAll(m => m.Attempt), NpgsqlDbType.Integer)
                .With(_answered.ConvertAll(m => m.Sequence), NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
            _answered.Clear();
        }
    }

    private async Task SaveEndedAsync()
    {
        if (_ended.Count == 0)
        {
            return;
        }

        var codes = await PhrasesAsync(_ended.ConvertAll(m => (string?)m.Code)).ConfigureAwait(false);
        var reasons = await PhrasesAsync(_ended.ConvertAll(m => m.Reason)).ConfigureAwait(false);
        await session.Use("EndRequest").With(now).With(_ended.ConvertAll(m => (short)m.State), NpgsqlDbType.Smallint)
            .With(codes, NpgsqlDbType.Bigint).With(reasons, NpgsqlDbType.Bigint)
            .With(_ended.ConvertAll(m => m.IsSend ? 1 : 0), NpgsqlDbType.Integer).With(_ended.ConvertAll(m => m.IsUncertain ? 1 : 0), NpgsqlDbType.Integer)
            .With(_ended.ConvertAll(m => m.Sequence), NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
        _ended.Clear();
    }

    private async Task<long?[]> PhrasesAsync(List<string?> texts)
    {
        var numbers = new long?[texts.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = texts[i] is { } text ? await PhraseAsync(text).ConfigureAwait(false) : null;
        }

        return numbers;
    }

    // Almost always in memory: a chunk repeats few texts.
    private async ValueTask<long> PhraseAsync(string text) =>
        await session.Dictionaries.PhraseNumberAsync(session.Database, text, session.Cancellation).ConfigureAwait(false);
}
