namespace Parsimony.Engine;

/// <summary>What an operator has said about a provider. Each setting includes those before it.</summary>
public enum SwitchSetting
{
    /// <summary>Nothing is held back.</summary>
    Open,

    /// <summary>Nothing new is submitted or sent; what runs is polled and collected; what comes is accepted and waits.</summary>
    Paused,

    /// <summary>Also nothing new is accepted.</summary>
    Draining,

    /// <summary>Also what runs is cancelled at the provider.</summary>
    Killed,
}

/// <summary>What was said about a provider: by whom, when and why.</summary>
public sealed record ProviderSwitch
{
    /// <summary>The provider.</summary>
    public required ProviderId Provider { get; init; }

    /// <summary>The credential it holds for; empty for every one.</summary>
    public string Credential { get; init; } = "";

    /// <summary>What holds.</summary>
    public required SwitchSetting Setting { get; init; }

    /// <summary>Why; empty when nobody said.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who said so.</summary>
    public required string By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether it holds for a credential of a provider.</summary>
    public bool IsFor(ProviderId provider, string credential) => Provider == provider && (Credential.Length == 0 || Credential == credential);

    /// <summary>The word for the setting: <c>open</c>, <c>paused</c>, <c>draining</c> or <c>killed</c>.</summary>
    public string Word => Setting switch
    {
        SwitchSetting.Paused => "paused",
        SwitchSetting.Draining => "draining",
        SwitchSetting.Killed => "killed",
        _ => "open",
    };

    /// <summary>What holds and why, for messages: <c>openAI is paused (maintenance)</c>.</summary>
    public override string ToString() =>
        $"{Provider}{(Credential.Length == 0 ? "" : $" under the credential {Credential}")} is {Word}{(Reason.Length == 0 ? "" : $" ({Reason})")}";
}
