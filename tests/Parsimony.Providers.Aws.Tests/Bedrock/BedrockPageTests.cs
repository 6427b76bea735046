using Parsimony.Providers.Tests;

namespace Parsimony.Providers.Aws.Tests;

public sealed class BedrockPageTests : PageConformance
{
    protected override ProviderKind Kind => AwsProviders.Bedrock;

    protected override ProviderConnection Connection { get; } = new()
    {
        ApiKey = "AKIDINV:secret-inv",
        Cloud = new CloudPlace { Location = "us-east-1", Storage = new Uri("s3://inv-bucket/here"), Role = "arn:aws:iam::111122223333:role/inv" },
    };
}
