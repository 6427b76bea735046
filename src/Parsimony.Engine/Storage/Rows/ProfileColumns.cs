namespace Parsimony.Engine;

/// <summary>The columns of a profile.</summary>
internal static class ProfileColumns
{
    internal static RequestProfile Read(IStoredRow row) => new()
    {
        Model = new ModelId(ProviderId.Parse(row.Text()), row.Text()),
        Credential = row.Text(),
        Kind = (EndpointKind)row.Small(),
        Dialect = (Dialect)row.Small(),
        IsolationGroup = row.Text(),
        Tenant = row.Text(),
        Key = row.Text(),
        Component = row.Text(),
        Agent = row.Text(),
        Session = row.Text(),
        Tags = row.Text(),
    };
}
