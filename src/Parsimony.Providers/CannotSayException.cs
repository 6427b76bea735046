namespace Parsimony.Providers;

/// <summary>A request that a dialect has no words for. Thrown by writers, which do not know whose dialect they write; the provider's renderer puts its name to it.</summary>
internal sealed class CannotSayException : Exception
{
    public CannotSayException(FailureCause cause, string code, Exception? inner = null)
        : base($"The request cannot be said: {code}.", inner)
    {
        Failure = new ProviderFailure(FailureStage.Render, cause, ProviderCode: ProviderFailure.SafeCode(code));
    }

    /// <summary>What cannot be said; its code names what of the request.</summary>
    public ProviderFailure Failure { get; }
}
