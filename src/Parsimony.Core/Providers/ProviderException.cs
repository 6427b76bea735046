namespace Parsimony;

/// <summary>A provider said no, or could not be reached. The message names stage, cause and what to do, never the body.</summary>
public sealed class ProviderException : Exception
{
    /// <summary>Wraps a failure.</summary>
    public ProviderException(ProviderId provider, ProviderFailure failure, Exception? inner = null)
        : base($"{provider}: {failure}", inner)
    {
        Provider = provider;
        Failure = failure;
    }

    /// <summary>Who failed.</summary>
    public ProviderId Provider { get; }

    /// <summary>What failed.</summary>
    public ProviderFailure Failure { get; }
}
