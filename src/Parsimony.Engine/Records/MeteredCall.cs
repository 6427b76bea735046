namespace Parsimony.Engine;

/// <summary>A live call that was made outside the engine, as it is booked: a request that has ended already, without payloads, and its one entry.</summary>
/// <param name="Request">The request, in a final state and in no batch; its row number is given by the store.</param>
/// <param name="Entry">What the call cost; its row number is given by the store.</param>
public sealed record MeteredCall(StoredRequest Request, LedgerEntry Entry)
{
    /// <summary>Whether a reservation of the same id may be there; it ends when the call is booked.</summary>
    public bool IsReserved { get; init; }
}
