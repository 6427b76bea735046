namespace Parsimony.Sandbox.Model;

/// <summary>The simulated provider broke the connection in the middle of a request or a reply.</summary>
public sealed class SandboxDisconnectException : Exception
{
    /// <summary>A break in the middle.</summary>
    public SandboxDisconnectException()
        : base("The simulated provider closed the connection.")
    {
    }
}
