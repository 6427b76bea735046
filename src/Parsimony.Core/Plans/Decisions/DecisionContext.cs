using System.Security.Cryptography;
using System.Text;

namespace Parsimony;

/// <summary>What a decision looked at that requests share: with a <see cref="DecisionInput"/> it is all the planner reads, so that the decision can be made again. Immutable, thread safe.</summary>
/// <remarks>
/// Settings, limits, beliefs about times, and the prices of one model at one instant. It holds nothing of a prompt and names no tenant, key, session or run, so an erasure leaves it.
/// Of the prices only what a plan adds up is kept: input and output, live, in batches, and in the slower tier where that was offered.
/// </remarks>
public sealed class DecisionContext : IEquatable<DecisionContext>
{
    /// <summary>The version of <see cref="Text"/>: another one is given when the text changes, or when the planner decides otherwise on the same text.</summary>
    public const int Version = 1;

    private readonly PlanRequest _request;
    private readonly PlanContext _context;
    private readonly PriceRow? _prices;
    private string? _text;
    private Tuple<Guid>? _key;
    private long _heldAt;

    internal DecisionContext(PlanRequest request, PlanContext context, PriceRow? prices)
    {
        // Not the caller's envelope: contexts are kept, prompts are not.
        _request = request with
        {
            Envelope = request.Envelope with { Dialect = Dialect.Canonical, Bytes = ReadOnlyMemory<byte>.Empty },
            Deadline = null,
            Tokens = null,
            ExpectedOutput = null,
        };
        _context = context with { Cache = null };
        _prices = prices;
        _heldAt = context.Now.UtcTicks;
    }

    /// <summary>The context as one line of JSON, the same for equal contexts.</summary>
    public string Text => LazyInitializer.EnsureInitialized(ref _text, () => DecisionContextWriter.Write(_request, _context, _prices));

    /// <summary>What the text is known by: 16 bytes of its SHA-256.</summary>
    public Guid Key => LazyInitializer.EnsureInitialized(ref _key, () => Tuple.Create(KeyOf(Text))).Item1;

    /// <summary>The shared part of what a plan is made of.</summary>
    public static DecisionContext Of(PlanRequest request, PlanContext context) => new(request, context, context.Prices.Used(request.Envelope.Model, context.Now));

    /// <summary>A context as it was stored.</summary>
    /// <exception cref="FormatException">The text is not one of <see cref="Text"/>, or of another <see cref="Version"/>.</exception>
    public static DecisionContext Parse(string text) => DecisionContextReader.Read(text);

    /// <summary>The <see cref="Key"/> of a stored text, whichever version wrote it.</summary>
    public static Guid KeyOf(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16), bigEndian: true);

    /// <summary>Whether a request planned now has this context; may say no where the texts would be equal. Fast: nothing is written or hashed.</summary>
    public bool IsOf(PlanRequest request, PlanContext context) =>
        _request.Envelope.Model == request.Envelope.Model
        && _request.Envelope.Kind == request.Envelope.Kind
        && _request.IsBulk == request.IsBulk
        && _request.BatchAccepts == request.BatchAccepts
        && _request.Constraints == request.Constraints
        && ReferenceEquals(_context.Batch, context.Batch)
        && _context.BatchingEnabled == context.BatchingEnabled
        && ReferenceEquals(_context.Completion, context.Completion)
        && ReferenceEquals(_context.Forecast, context.Forecast)
        && _context.Preference == context.Preference
        && _context.BatchTimeout == context.BatchTimeout
        && _context.FlexTime == context.FlexTime
        && string.Equals(_context.ShutBecause, context.ShutBecause, StringComparison.Ordinal)
        && ReferenceEquals(_context.Prices, context.Prices)
        && HoldsAt(context.Now);

    /// <summary>All that was decided on: what <see cref="Planner.Plan"/> takes. The envelope is bare; no plan looks into it.</summary>
    public (PlanRequest Request, PlanContext Context) With(DecisionInput input) =>
    (
        _request with { Deadline = input.Deadline, Tokens = input.Tokens, ExpectedOutput = input.ExpectedOutput },
        _context with { Now = input.At, Cache = input.Cache, Prices = PriceList.Of(_prices) });

    /// <inheritdoc/>
    public bool Equals(DecisionContext? other) => ReferenceEquals(this, other) || (other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DecisionContext);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Whether the prices of an instant are those of the context; asked for thousands with the same instant.</summary>
    private bool HoldsAt(DateTimeOffset at)
    {
        if (Volatile.Read(ref _heldAt) == at.UtcTicks)
        {
            return true;
        }

        if (_context.Prices.Used(_request.Envelope.Model, at) != _prices)
        {
            return false;
        }

        Volatile.Write(ref _heldAt, at.UtcTicks);
        return true;
    }
}
