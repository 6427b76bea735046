using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Erases the payloads of some requests within a transaction.</summary>
/// <remarks>What their routes were decided on stays: prices, limits and beliefs that others share, and counts of tokens as in the ledger. No text of theirs is in it.</remarks>
internal sealed class ErasureChunk(Connection connection, Dictionaries dictionaries, DateTimeOffset now)
{
    internal Erasure? Run(in ErasureColumns row, int max)
    {
        var (erasure, last, next) = row;
        var sequences = RequestRows.ReadNumbers(
            connection.Use("ReadToErase").With(next).With(last).With((long)erasure.Kind).With(erasure.Subject).With(max));

        // 1. Open ones are cancelled, or marked where a provider works on them.
        var (cancelled, marked) = new Cancellation(connection, dictionaries, now).Run(sequences);

        // 2. The rows let go of their payloads.
        var (pages, batches) = (new SortedSet<long>(), new SortedSet<long>());
        foreach (var sequence in sequences)
        {
            NotePlaces(sequence, pages, batches);
            connection.Use("MarkErased").With(sequence).Run();
        }

        // 3. What no row names any more is taken out of the pages.
        foreach (var page in pages)
        {
            Rewrite(page);
        }

        foreach (var batch in batches)
        {
            connection.Use("RenewCleaning").With(batch).Run();
        }

        var isDone = sequences.Count < max;
        connection.Use("SaveErasure").With(isDone ? last : sequences[^1] + 1).With(sequences.Count).With(cancelled).With(marked)
            .With(isDone ? now : null).With(erasure.Id).Run();
        return SqlitePayloadStore.Find(connection, erasure.Id)?.Erasure;
    }

    private void NotePlaces(long sequence, SortedSet<long> pages, SortedSet<long> batches)
    {
        using var row = connection.Use("ReadPlaces").With(sequence);
        if (row.Step())
        {
            var (body, answer) = (row.Int64(), row.Int64OrNull());
            pages.Add(body);
            pages.Add(answer ?? 0);
            if (row.Int64OrNull() is { } batch)
            {
                batches.Add(batch);
            }
        }
    }

    private void Rewrite(long page)
    {
        bool isAnswer;
        (long First, long Last) range;
        byte[] raw;
        using (var row = connection.Use("ReadPageToErase").With(page))
        {
            if (!row.Step())
            {
                return;
            }

            isAnswer = row.Bool();
            range = (row.Int64(), row.Int64());
            raw = PayloadReader.Open(connection, row, page);
        }

        var slots = RequestRows.ReadNumbers(
            (isAnswer ? connection.Use("ReadAnswerSlots") : connection.Use("ReadBodySlots")).With(range.First).With(range.Last).With(page));
        if (PackedPage.Keep(raw, slots.Select(slot => (int)slot).ToHashSet()) is not { } kept)
        {
            connection.Use("RemovePage").With(page).Run();
            return;
        }

        var stored = connection.Pages.Store(PagePacker.Pack(kept), Envelopes.PlaceOf(page));
        connection.Use("SetPage").With(stored.Codec).With(stored.RawBytes).With(stored.Data.Span).With(page).Run();
    }
}
