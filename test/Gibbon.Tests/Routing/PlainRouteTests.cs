using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Routing;
using Gibbon.Routing.Expressions;
using Gibbon.Routing.Flavors;

namespace Gibbon.Tests.Routing;

/// <summary>Routes of plain words are not written out as expressions to be checked; that must never hide a fault.</summary>
public sealed class PlainRouteTests
{
    private const string Letters = "abzAZ059-_./";

    [Fact]
    public void An_expression_of_plain_words_has_no_fault()
    {
        Random random = new(4711);
        for (int i = 0; i < 20_000; i++)
        {
            Route route = new()
            {
                Methods = Words(random),
                Hosts = Words(random),
                Paths = [.. Words(random).Select(static word => "/" + word)],
                Snis = Words(random),
                Headers = new Dictionary<string, IReadOnlyList<string>> { ["x" + Word(random, Letters[..^2])] = Words(random) },
            };
            string text = RouteExpressionText.Of(route);
            Assert.Null(text.Length == 0 ? null : ExpressionCheck.Validate(text, http: true));
        }
    }

    [Theory]
    [InlineData("paths", "~/a(")]
    [InlineData("paths", "/a\"#")]
    [InlineData("hosts", "a\"#")]
    public void What_is_not_plain_is_looked_at(string field, string value)
    {
        ValueMap data = new() { ["protocols"] = new ValueList { "http" }, [field] = new ValueList { "/plain", value } };
        string? written = ExpressionCheck.Validate(
            RouteExpressionText.Of(new Route { Paths = field == "paths" ? ["/plain", value] : null, Hosts = field == "hosts" ? ["/plain", value] : null }), http: true);

        Assert.Equal(written, RouteCheck.Fault(data));
        Assert.Equal(value == "/a\"#", written is null);
    }

    private static string[] Words(Random random) => [.. Enumerable.Range(0, random.Next(3)).Select(_ => Word(random, Letters))];

    private static string Word(Random random, string letters) => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => letters[random.Next(letters.Length)]));
}
