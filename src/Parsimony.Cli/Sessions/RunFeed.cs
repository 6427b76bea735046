using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Reads a run's input into the store. Checked whole before anything is accepted; read again, it finds what is there and adds what is new.</summary>
internal sealed class RunFeed(RunPlan plan, EngineRuntime runtime, Terminal terminal)
{
    private const int Chunk = 5_000;
    private const long ChunkBytes = 5_000_000;
    private const int MaxShownFaults = 20;
    private readonly Dictionary<Fingerprint, int> _seen = [];
    private long _counted;

    /// <summary>Rows that were left out under <c>--keep-going</c>.</summary>
    public int Skipped { get; private set; }

    /// <summary>Requests added by this pass.</summary>
    public long Added { get; private set; }

    /// <summary>Requests that were there already.</summary>
    public long Known { get; private set; }

    /// <summary>Reads the whole input without accepting anything, and reports every fault.</summary>
    /// <returns>How many rows can be run.</returns>
    /// <exception cref="UserException">There are faults and no <c>--keep-going</c>, or nothing to run.</exception>
    public async Task<long> CheckAsync(CancellationToken cancellationToken)
    {
        var ids = new HashSet<UInt128>();
        var good = 0L;
        var faults = 0;
        await foreach (var (row, fault) in RowsAsync(ids, cancellationToken).ConfigureAwait(false))
        {
            if (row is not null)
            {
                good++;
                continue;
            }

            if (++faults <= MaxShownFaults && fault is not null)
            {
                terminal.Note(fault.Message);
            }
        }

        if (faults > MaxShownFaults)
        {
            terminal.Note($"... and {faults - MaxShownFaults:N0} more.");
        }

        Skipped = faults;
        if (faults > 0 && !plan.Arguments.KeepGoing)
        {
            throw new UserException($"{faults:N0} of {good + faults:N0} rows cannot be used; nothing was submitted. Mend them, or leave them out with --keep-going.");
        }

        return good > 0 ? good : throw new UserException($"{plan.Input.Path}: there is nothing to run in it.");
    }

    /// <summary>Accepts the input, a chunk at a time; with <paramref name="maxRows"/> only its first rows, as live calls. Where the store was gone, it is read again from its start.</summary>
    public async Task FeedAsync(DateTimeOffset? deadline, int? maxRows, StorePatience patience, CancellationToken cancellationToken)
    {
        _counted = 0;
        await patience.HoldAsync(() => FeedOnceAsync(deadline, maxRows, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task FeedOnceAsync(DateTimeOffset? deadline, int? maxRows, CancellationToken cancellationToken)
    {
        _seen.Clear();
        var position = 0L;
        var chunks = ChunksAsync(deadline, maxRows, cancellationToken);
        await foreach (var (entries, accepted) in runtime.Intake.EnqueueAllAsync(chunks, entry => entry.Request, cancellationToken).ConfigureAwait(false))
        {
            var items = new RunItem[accepted.Count];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = new RunItem(position++, entries[i].Row.Id, entries[i].Row.Line, entries[i].Sample, accepted[i].Sequence);
                if (position > _counted)
                {
                    _counted = position;
                    Added += accepted[i].IsNew ? 1 : 0;
                    Known += accepted[i].IsNew ? 0 : 1;
                }
            }

            await runtime.Context.Store.Runs.AddItemsAsync(plan.Scope, items, cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<Entry>> ChunksAsync(
        DateTimeOffset? deadline, int? maxRows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chunk = new List<Entry>(Chunk);
        var bytes = 0L;
        var rows = 0;
        await foreach (var (row, _) in RowsAsync([], cancellationToken).ConfigureAwait(false))
        {
            if (row is null)
            {
                continue;
            }

            if (rows++ == maxRows)
            {
                break;
            }

            var envelope = plan.Envelope(row);
            var fingerprint = Fingerprinter.Of(envelope);
            for (var sample = 0; sample < plan.Arguments.Samples; sample++)
            {
                // The n-th equal request of the run is the n-th answer: samples stay distinct, and a second pass finds them all.
                var ordinal = _seen.GetValueOrDefault(fingerprint);
                _seen[fingerprint] = ordinal + 1;
                chunk.Add(new Entry(
                    new IntakeRequest
                    {
                        Envelope = envelope,
                        Scope = plan.Scope,
                        Ordinal = ordinal,
                        Fingerprint = fingerprint,
                        Deadline = deadline,
                        IsBulk = true,
                        Constraints = maxRows is null ? plan.Arguments.Constraints : plan.Arguments.Constraints with { NoBatch = true },
                        Priority = plan.Arguments.Priority,
                        Dimensions = plan.Arguments.Dimensions,
                    },
                    row,
                    sample));
            }

            // Long rows are accepted in smaller chunks, so that memory stays flat.
            bytes += envelope.Bytes.Length;
            if (chunk.Count >= Chunk || bytes >= ChunkBytes)
            {
                foreach (var part in chunk.Chunk(RequestIntake.MaxChunk))
                {
                    yield return part;
                }

                chunk.Clear();
                bytes = 0;
            }
        }

        foreach (var part in chunk.Chunk(RequestIntake.MaxChunk))
        {
            yield return part;
        }
    }

    /// <summary>The rows with every fault of the input, the template and the ids.</summary>
    private async IAsyncEnumerable<(InputRow? Row, InputException? Fault)> RowsAsync(
        HashSet<UInt128> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (row, fault) in plan.Input.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (row is null)
            {
                yield return (null, fault);
            }
            else if (plan.Check(row) is { } missing)
            {
                yield return (null, missing);
            }
            else
            {
                yield return ids.Add(Hash(row.Id))
                    ? (row, null)
                    : (null, new InputException(plan.Input.Path, row.Line, $"the id '{row.Id}' was used before; ids must be unique. Name another field with --id, or --id '#' for line numbers."));
            }
        }
    }

    // Sixteen bytes an id, however long it is: a million ids stay small.
    private static UInt128 Hash(string id)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    private sealed record Entry(IntakeRequest Request, InputRow Row, int Sample);
}
