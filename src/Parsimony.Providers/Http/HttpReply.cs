namespace Parsimony.Providers;

/// <summary>How one HTTP call ended: one of the nested cases.</summary>
internal abstract record HttpReply
{
    private HttpReply()
    {
    }

    /// <summary>Why there is no success.</summary>
    /// <exception cref="InvalidOperationException">It is one.</exception>
    public ProviderFailure WhyNot => this switch
    {
        Refused refused => refused.Failure,
        Unsent unsent => unsent.Failure,
        Lost lost => lost.Failure,
        _ => throw new InvalidOperationException("A reply of 2xx is no failure."),
    };

    /// <summary>This when it is a success.</summary>
    /// <exception cref="ProviderException">It is none.</exception>
    public Ok OrThrow(ProviderId provider) => this as Ok ?? throw new ProviderException(provider, WhyNot);

    /// <summary>A status of 2xx. After <see cref="ProviderHttp.SendAsync"/> the body is still to be read; after <see cref="ProviderHttp.SendForBodyAsync"/> it is <paramref name="Body"/>.</summary>
    public sealed record Ok(HttpResponseMessage Response, ReadOnlyMemory<byte> Body) : HttpReply, IDisposable
    {
        public void Dispose() => Response.Dispose();
    }

    /// <summary>Another status. Whether the provider did something all the same depends on it: see <see cref="CallCertainty"/>.</summary>
    public sealed record Refused(ProviderFailure Failure) : HttpReply;

    /// <summary>The request is known not to have reached the provider whole.</summary>
    public sealed record Unsent(ProviderFailure Failure) : HttpReply;

    /// <summary>The request may have arrived; its reply is lost.</summary>
    public sealed record Lost(ProviderFailure Failure) : HttpReply;
}
