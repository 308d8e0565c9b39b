using System.Text.Json;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Routing;
using Gibbon.Routing.Expressions;
using Gibbon.Settings;
using RouterFlavor = Gibbon.Settings.RouterFlavor;

namespace Gibbon.Tests.Routing;

public sealed class ExpressionTests
{
    public static TheoryData<string, string> RecordedErrors()
    {
        TheoryData<string, string> rows = [];
        JsonElement scenario = ConformanceData.Read("golden/router-expressions.json").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "expressions: bad expressions are refused");
        foreach (JsonElement step in scenario.GetProperty("steps").EnumerateArray())
        {
            string expression = JsonDocument.Parse(step.GetProperty("request").GetProperty("body").GetString()!).RootElement
                .GetProperty("services")[0].GetProperty("routes")[0].GetProperty("expression").GetString()!;
            string message = step.GetProperty("expect").GetProperty("json").GetProperty("fields")
                .GetProperty("services")[0].GetProperty("routes")[0].GetProperty("@entity")[0].GetString()!;
            rows.Add(expression, message["Router Expression failed validation: ".Length..]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(RecordedErrors))]
    public void A_bad_expression_is_refused_in_the_recorded_words(string expression, string message)
        => Assert.Equal(message, ExpressionCheck.Validate(expression, http: true));

    [Theory]
    [InlineData("! a == 1", "1:1", "! a == 1", "expected term")]
    [InlineData("http.path == \"/a\" || ! b == 2", "1:22", "http.path == \"/a\" || ! b == 2", "expected term")]
    [InlineData("http.path == \"/a\" x", "1:19", "http.path == \"/a\" x", "expected EOI, and_op, or or_op")]
    [InlineData("http.path == ", "1:14", "http.path == ", "expected rhs")]
    [InlineData("http.path ==\n  && a", "2:3", "  && a", "expected rhs")]
    [InlineData("", "1:1", "", "expected term")]
    public void A_syntax_error_shows_the_place_and_what_was_possible(string expression, string place, string line, string expected)
    {
        int column = int.Parse(place[(place.IndexOf(':') + 1)..]);
        string number = place[..place.IndexOf(':')];
        string message = $" --> {place}\n  |\n{number} | {line}\n  | {new string(' ', column - 1)}^---\n  |\n  = {expected}";
        Assert.Equal(message, ExpressionCheck.Validate(expression, http: true));
    }

    [Theory]
    [InlineData("http.path.segments.x == \"a\"", "illformed http.path.segments.* field")]
    [InlineData("http.path.segments.01 == \"a\"", "illformed http.path.segments.* field")]
    [InlineData("http.path.segments.2_1 == \"a\"", "illformed http.path.segments.* field")]
    [InlineData("http.path.segments.1_1 == \"a\"", "illformed http.path.segments.* field")]
    [InlineData("lower(net.src.port) == 5", "lower-case transformation function only supported with String type fields")]
    [InlineData("net.src.port ~ \"5\"", "Regex operators only supports string operands")]
    [InlineData("net.src.port ^= 5", "Prefix/Postfix operators only supports string operands")]
    [InlineData("http.path > \"a\"", "Greater/GreaterOrEqual/Less/LessOrEqual operators only supports integer operands")]
    [InlineData("net.src.ip in 10.0.0.1", "In/NotIn operators only supports IP in CIDR")]
    [InlineData("http.path in \"a\"", "In/NotIn operators only supports IP in CIDR")]
    [InlineData("net.src.port contains 5", "Contains operator only supports string operands")]
    [InlineData("http.headers.a.b == \"x\"", "Unknown LHS field")]
    [InlineData("net.src.ip == 10.0.0.0/8", "Type mismatch between the LHS and RHS values of predicate")]
    public void A_comparison_that_makes_no_sense_is_refused(string expression, string message)
        => Assert.Equal(message, ExpressionCheck.Validate(expression, http: true));

    [Theory]
    [InlineData("http.path.segments.len == 2")]
    [InlineData("http.path.segments.0 == \"a\" && http.path.segments.1_2 ^= \"b\"")]
    [InlineData("any(lower(http.headers.x)) == r#\"a\"b\"#")]
    [InlineData("lower( any( http.queries.q ) ) contains \"\\\"\\\\\\n\"")]
    [InlineData("net.src.ip in fd00::/8 || net.dst.ip == ::1 || net.src.ip not   in 10.0.0.0/8")]
    [InlineData("net.port==0x1F90 && net.src.port >= 010 && net.dst.port != -1")]
    [InlineData("!(http.path == \"/a\") && ! (http.path == \"/b\" || (net.protocol == \"http\"))")]
    public void Every_form_of_the_language_is_read(string expression) => Assert.Null(ExpressionCheck.Validate(expression, http: true));

    [Fact]
    public void Http_fields_are_unknown_in_streams()
    {
        Assert.Equal("Unknown LHS field", ExpressionCheck.Validate("http.path == \"/\"", http: false));
        Assert.Null(ExpressionCheck.Validate("tls.sni == \"a\" && net.dst.port == 5", http: false));
    }

    [Fact]
    public void Or_binds_tighter_than_and()
    {
        Expression? bare = ExpressionParser.Parse("net.src.port == 1 && net.src.port == 2 || net.src.port == 3 && net.src.port == 4", out _);
        Expression? spelled = ExpressionParser.Parse("(net.src.port == 1 && (net.src.port == 2 || net.src.port == 3)) && net.src.port == 4", out _);
        Assert.Equal(spelled, bare);
    }

    [Fact]
    public void A_printed_expression_reads_back_as_itself()
    {
        RandomRoutes random = new(5);
        for (int i = 0; i < 500; i++)
        {
            if (random.Next(RouterFlavor.Expressions, i).Expression is { } text)
            {
                string printed = ExpressionParser.Parse(text, out _)!.ToString()!;
                Assert.Equal(printed, ExpressionParser.Parse(printed, out _)!.ToString());
            }
        }
    }

    [Theory]
    [InlineData("http.path ~ \"(?=a)\"", "look-around, including look-ahead and look-behind, is not supported")]
    [InlineData("http.path ~ \"(?<!a)b\"", "look-around, including look-ahead and look-behind, is not supported")]
    [InlineData("http.path ~ \"(a)\\\\1\"", "backreferences are not supported")]
    [InlineData("http.path ~ \"(a\"", "unclosed group")]
    [InlineData("http.path ~ \"[a\"", "unclosed character class")]
    [InlineData("http.path ~ \"*a\"", "repetition operator missing expression")]
    public void A_regex_beyond_linear_time_is_refused(string expression, string reason)
    {
        string message = Assert.IsType<string>(ExpressionCheck.Validate(expression, http: true));
        Assert.StartsWith(" --> 1:13\n", message);
        Assert.EndsWith($"error: {reason}", message);
    }

    [Theory]
    [InlineData("10.0.0.0/33", "invalid length for network: Network length 33 is too long for Ipv4 (maximum: 32)")]
    [InlineData("fd00::/129", "invalid length for network: Network length 129 is too long for Ipv6 (maximum: 128)")]
    [InlineData("fd00::/300", "couldn't parse length in network: number too large to fit in target type")]
    [InlineData("300.0.0.0/8", "couldn't parse address in network: invalid IPv4 address syntax")]
    [InlineData("10.0.0.1/8", "host part of address was not zero")]
    public void A_range_of_addresses_that_is_none_is_told_why(string range, string reason) =>
        Assert.EndsWith($"  = {reason}", Assert.IsType<string>(ExpressionCheck.Validate($"net.src.ip in {range}", http: true)));

    [Fact]
    public void A_route_of_fields_is_checked_as_the_expression_it_stands_for()
    {
        ValueMap route = new() { ["protocols"] = new ValueList { "http" }, ["paths"] = new ValueList { "/a", "~/b(?=c)" } };
        string message = Assert.IsType<string>(RouteCheck.Fault(route));
        Assert.Contains("1 | (http.path ^= r#\"/a\"# || http.path ~ r#\"^/b(?=c)\"#)\n", message);
        Assert.Null(RouteCheck.Fault(new ValueMap { ["protocols"] = new ValueList { "http" }, ["paths"] = new ValueList { "~/b(?<id>c)" } }));
        Assert.Equal("Unknown LHS field", RouteCheck.Fault(new ValueMap { ["protocols"] = new ValueList { "tcp" }, ["expression"] = "http.path == \"/\"" }));
    }

    [Fact]
    public void An_expression_goes_before_routes_of_fields_and_its_protocols_count()
    {
        Router router = Router.Create(
            RouterFlavor.Expressions,
            [
                Entry(new Route { Name = "fields", Paths = ["/a/long/path"], Methods = ["GET"] }),
                Entry(new Route { Name = "expression", Expression = "http.path ^= \"/a\"", Protocols = [Protocol.Https, Protocol.Grpcs] }),
            ]);
        RequestSample sample = new() { Target = "/a/long/path" };
        Assert.Equal("fields", sample.NameIn(router));
        Assert.Equal("expression", (sample with { Protocol = RouteProtocol.Https }).NameIn(router));
    }

    [Fact]
    public void The_prefix_to_strip_is_what_the_last_successful_path_comparison_matched()
    {
        static int? Matched(string expression, string target) => new RequestSample { Target = target }.In(
            Router.Create(RouterFlavor.Expressions, [Entry(new Route { Expression = expression })]))?.Path.Length;

        Assert.Equal(5, Matched("http.path ^= \"/a\" && http.path ~ \"^/a/b.\"", "/a/bcd"));
        Assert.Equal(2, Matched("http.path ~ \"^/a/b.\" && http.path ^= \"/a\"", "/a/bcd"));
        Assert.Equal(2, Matched("http.path =^ \"cd\"", "/a/bcd"));
        Assert.Equal(0, Matched("http.path contains \"b\"", "/a/bcd"));
        Assert.Equal(4, Matched("lower(http.path) ^= \"/low\"", "/LOW/x"));
        Assert.Equal(5, Matched("http.path ~ \"^/ä/.\"", "/ä/bc"));
    }

    private static Route Entry(Route route) => route with { Id = Guid.NewGuid() };
}
