namespace Parsimony.Engine;

/// <summary>Moves requests within one transaction.</summary>
/// <typeparam name="TPage">How the store names a payload page.</typeparam>
internal interface IRequestMover<in TPage>
{
    void Answer(in MovingRequest request, int attempt, TPage page, int slot, string? finishReason);

    void End(in MovingRequest request, RequestState state, string failureCode, string? reason, bool isSend = false, bool isUncertain = false);

    void Requeue(in MovingRequest request, SettlementMove.ToQueued move);

    /// <summary>Lets go the lease of a live attempt that ended after its request was answered by an earlier one.</summary>
    void Release(in MovingRequest request);
}
