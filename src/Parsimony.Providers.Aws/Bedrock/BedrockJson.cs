using System.Text.Json.Serialization;

namespace Parsimony.Providers.Aws;

[JsonSerializable(typeof(string))]
internal sealed partial class BedrockJson : JsonSerializerContext;
