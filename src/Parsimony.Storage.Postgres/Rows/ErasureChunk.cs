using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Erases the payloads of some requests within a transaction.</summary>
/// <remarks>What their routes were decided on stays: prices, limits and beliefs that others share, and counts of tokens as in the ledger. No text of theirs is in it.</remarks>
internal sealed class ErasureChunk(Session session, DateTimeOffset now)
{
    internal async Task<Erasure?> RunAsync(ErasureColumns row, int max)
    {
        var (erasure, last, next) = row;
        var cancellation = session.Cancellation;
        var sequences = await session.Use("ReadToErase").With(next).With(last).With((int)erasure.Kind).With(erasure.Subject).With(max)
            .ListAsync(static found => found.Int64(), cancellation).ConfigureAwait(false);
        var (cancelled, marked) = (0, 0);
        if (sequences.Count > 0)
        {
            // 1. Open ones are cancelled, or marked where a provider works on them; from then on the rows are locked.
            (cancelled, marked) = await new Cancellation(session, now).RunAsync(sequences).ConfigureAwait(false);

            // 2. The rows let go of their payloads.
            var places = await session.Use("ReadPlaces").With(sequences, NpgsqlDbType.Bigint).ListAsync(
                static place => (Body: place.UuidOrNull(), Answer: place.UuidOrNull(), Batch: place.Int64OrNull()), cancellation).ConfigureAwait(false);
            await session.Use("MarkErased").With(sequences, NpgsqlDbType.Bigint).RunAsync(cancellation).ConfigureAwait(false);

            // 3. What no row names any more is taken out of the pages; in their order, so that two erasures never wait for each other in a circle.
            foreach (var page in places.SelectMany(place => new[] { place.Body, place.Answer }).OfType<Guid>().Distinct().Order())
            {
                await RewriteAsync(page).ConfigureAwait(false);
            }

            var batches = places.Select(place => place.Batch).OfType<long>().Distinct().Order().ToArray();
            await session.Use("RenewCleaning").With(batches, NpgsqlDbType.Bigint).RunAsync(cancellation).ConfigureAwait(false);
        }

        var isDone = sequences.Count < max;
        await session.Use("SaveErasure").With(isDone ? last : sequences[^1] + 1).With((long)sequences.Count).With((long)cancelled).With((long)marked)
            .With(isDone ? now : null).With(erasure.Id).RunAsync(cancellation).ConfigureAwait(false);
        return (await PostgresPayloadStore.FindAsync(session, "FindErasure", erasure.Id).ConfigureAwait(false))?.Erasure;
    }

    private async Task RewriteAsync(Guid page)
    {
        var cancellation = session.Cancellation;
        var stored = await session.Use("ReadPageToErase").With(page).FirstAsync<(bool IsAnswer, long First, long Last, int Codec, int RawBytes, byte[] Data)?>(
            static row => (row.Bool(), row.Int64(), row.Int64(), row.Small(), row.Int32(), row.Bytes()), cancellation).ConfigureAwait(false);
        if (stored is not var (isAnswer, first, last, codec, rawBytes, data))
        {
            return;
        }

        var slots = await (isAnswer ? session.Use("ReadAnswerSlots") : session.Use("ReadBodySlots")).With(first).With(last).With(page)
            .ListAsync(static row => row.Int32(), cancellation).ConfigureAwait(false);
        if (PackedPage.Keep(PageRows.Open(session.Database, page, codec, rawBytes, data), slots.ToHashSet()) is not { } kept)
        {
            await session.Use("RemovePage").With(page).RunAsync(cancellation).ConfigureAwait(false);
            return;
        }

        await PageRows.SetAsync(session, [page], [session.Database.Pages.Store(PagePacker.Pack(kept), PageRows.PlaceOf(page))]).ConfigureAwait(false);
    }
}
