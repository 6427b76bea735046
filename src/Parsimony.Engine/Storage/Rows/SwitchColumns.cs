namespace Parsimony.Engine;

/// <summary>A row of what operators said, in the order both stores select it.</summary>
internal static class SwitchColumns
{
    internal static ProviderSwitch Read(IStoredRow row) => new()
    {
        Provider = ProviderId.Parse(row.Text()),
        Credential = row.Text(),
        Setting = (SwitchSetting)row.Small(),
        Reason = row.Text(),
        By = row.Text(),
        At = row.Time(),
    };
}
