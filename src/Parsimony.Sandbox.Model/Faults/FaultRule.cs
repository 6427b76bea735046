using System.Text.Json.Serialization;

namespace Parsimony.Sandbox.Model;

/// <summary>One line of a fault script, and how often it has struck.</summary>
internal sealed class FaultRule
{
    [JsonPropertyName("fault")]
    public string Fault { get; set; } = "";

    [JsonPropertyName("provider")]
    public string? Provider { get; set; }

    [JsonPropertyName("operation")]
    public string Operation { get; set; } = Model.Operation.Any;

    /// <summary>How often it strikes; null for every time.</summary>
    [JsonPropertyName("times")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Times { get; set; } = 1;

    /// <summary>How many matching calls pass first.</summary>
    [JsonPropertyName("skip")]
    public int Skip { get; set; }

    [JsonPropertyName("probability")]
    public double Probability { get; set; } = 1;

    [JsonPropertyName("custom_id")]
    public string? CustomId { get; set; }

    [JsonPropertyName("value")]
    public double? Value { get; set; }

    [JsonPropertyName("value2")]
    public double? Value2 { get; set; }

    [JsonPropertyName("seen")]
    public int Seen { get; set; }

    [JsonPropertyName("fired")]
    public int Fired { get; set; }

    public TimeSpan Seconds(double otherwise) => TimeSpan.FromSeconds(Value ?? otherwise);
}

/// <summary>A fault script's document.</summary>
internal sealed class FaultDocument
{
    [JsonPropertyName("rules")]
    public List<FaultRule>? Rules { get; set; }
}
