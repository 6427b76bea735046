using System.Text;
using Parsimony.Providers.Tests;

namespace Parsimony.Providers.Aws.Tests;

public sealed class EchoFilterTests
{
    [Theory]
    [InlineData("""{"modelInput":{"a":["}",{"b":"\"]"}],"modelInput":1},"recordId":"x"}""", """{"modelInput":0,"recordId":"x"}""")]
    [InlineData("""{ "recordId" : "modelInput" , "modelInput" : "text, with } \\" }""", """{ "recordId" : "modelInput" , "modelInput" : 0}""")]
    [InlineData("""{"modelInput":null,"modelOutput":{"modelInput":{"kept":1}}}""", """{"modelInput":0,"modelOutput":{"modelInput":{"kept":1}}}""")]
    [InlineData("""{"modelInput":[1,2],"error":{"errorCode":400}}""", """{"modelInput":0,"error":{"errorCode":400}}""")]
    [InlineData("""{"modelInputs":{"a":1},"modelInpu":2,"model\u0049nput":3}""", """{"modelInputs":{"a":1},"modelInpu":2,"model\u0049nput":3}""")]
    [InlineData("{\"modelInput\":{\"cut", "{\"modelInput\":0")]
    [InlineData("{\"modelInput\":{\"cut\r\n{\"recordId\":\"next\"}\n", "{\"modelInput\":0\n{\"recordId\":\"next\"}\n")]
    [InlineData("no json } ] , \"modelInput\": 1", "no json } ] , \"modelInput\": 1")]
    public async Task Takes_the_echo_out_and_nothing_else_however_it_is_cut(string line, string expected)
    {
        for (var piece = 1; piece <= 17; piece += 4)
        {
            using var source = new PiecewiseStream(Encoding.UTF8.GetBytes(line), piece);
            using var filter = new EchoFilter(source);
            using var target = new MemoryStream();
            await filter.CopyToAsync(target, TestContext.Current.CancellationToken);

            Assert.Equal(expected, Encoding.UTF8.GetString(target.ToArray()));
        }
    }
}
