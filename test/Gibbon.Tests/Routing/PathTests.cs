using System.Text;
using System.Text.Json;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Routing.Paths;

namespace Gibbon.Tests.Routing;

public sealed class PathTests
{
    public static TheoryData<string, string, string> Normalisations()
    {
        TheoryData<string, string, string> rows = [];
        foreach (JsonElement row in ConformanceData.Read("vectors.json").GetProperty("path_normalization").EnumerateArray())
        {
            rows.Add(row.GetProperty("raw").GetString()!, row.GetProperty("routed_as").GetString()!, row.GetProperty("upstream").GetString()!);
        }

        return rows;
    }

    public static TheoryData<string, string, string, bool, string, string> UpstreamPaths()
    {
        TheoryData<string, string, string, bool, string, string> rows = [];
        foreach (JsonElement row in ConformanceData.Read("vectors.json").GetProperty("upstream_path").EnumerateArray())
        {
            rows.Add(
                row.GetProperty("service_path").GetString() ?? "",
                row.GetProperty("route_path").GetString()!,
                row.GetProperty("request").GetString()!,
                row.GetProperty("strip_path").GetBoolean(),
                row.GetProperty("v0").GetString()!,
                row.GetProperty("v1").GetString()!);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Normalisations))]
    public void A_path_is_routed_and_sent_on_in_its_normal_form(string raw, string routed, string upstream)
    {
        string normal = Normalize(raw);
        Assert.Equal(routed, normal);
        Assert.Equal(upstream, Escape(normal));
    }

    [Theory]
    [InlineData("/a//../b", "/b")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a/b/../", "/a/")]
    [InlineData("/.", "/")]
    [InlineData("/a/./.", "/a/")]
    [InlineData("/foo/.../1", "/foo/.../1")]
    [InlineData("/foo/..a", "/foo/..a")]
    [InlineData("/a%", "/a%")]
    [InlineData("/a%2", "/a%2")]
    [InlineData("/a%zz", "/a%zz")]
    [InlineData("/%252e%252e/x", "/%252e%252e/x")]
    [InlineData("/%2e%2e%2fx", "/..%2Fx")]
    [InlineData("/x/%2e/%2e%2e//y", "/y")]
    public void Normalising_resolves_dots_after_decoding_and_never_decodes_twice(string raw, string normal)
    {
        Assert.Equal(normal, Normalize(raw));
        Assert.Equal(normal, Normalize(normal));
    }

    [Fact]
    public void A_normal_path_is_not_copied()
    {
        byte[] path = "/already/normal"u8.ToArray();
        Assert.True(UriNormalizer.Normalize(path, default).Overlaps(path));
    }

    [Fact]
    public void Normalising_is_idempotent_and_leaves_no_dot_segment()
    {
        Random random = new(4);
        string[] pieces = ["/", "//", ".", "..", "%2e", "%2E", "%2f", "a", "b", "%25", "%", "%41", "%c3%a4", ";", "%5c"];
        for (int i = 0; i < 10_000; i++)
        {
            string raw = "/" + string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => pieces[random.Next(pieces.Length)]));
            string normal = Normalize(raw);
            Assert.StartsWith("/", normal);
            Assert.DoesNotContain("//", normal);
            Assert.DoesNotContain("/../", normal + "/");
            Assert.DoesNotContain("/./", normal + "/");
            Assert.True(normal.Length <= raw.Length);
        }
    }

    [Theory]
    [InlineData("/x?y", "/x")]
    [InlineData("/?", "/")]
    [InlineData("?a?b", "?a")]
    [InlineData("/x", "/x")]
    [InlineData("", "")]
    public void The_query_begins_at_the_first_question_mark_after_the_first_byte(string target, string path)
        => Assert.Equal(path, Encoding.UTF8.GetString(RequestPath.Of(Encoding.UTF8.GetBytes(target))));

    [Theory]
    [MemberData(nameof(UpstreamPaths))]
    public void The_upstream_path_joins_service_and_request(string service, string route, string request, bool strip, string v0, string v1)
    {
        Assert.Equal(v0, Join(PathHandling.V0, service, request, route.Length, strip));
        Assert.Equal(v1, Join(PathHandling.V1, service, request, route.Length, strip));
    }

    [Theory]
    [InlineData("/service", "/route../req", 6, "/service/req")]
    [InlineData("/service", "/route./req", 6, "/service/req")]
    [InlineData("/service", "/route..", 6, "/service")]
    [InlineData("/service", "/route.", 6, "/service")]
    [InlineData("/service", "/route..req", 6, "/service/..req")]
    public void What_is_left_after_the_prefix_cannot_climb(string service, string request, int matched, string expected)
        => Assert.Equal(expected, Join(PathHandling.V0, service, request, matched, strip: true));

    private static string Normalize(string raw)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(raw);
        return Encoding.UTF8.GetString(UriNormalizer.Normalize(bytes, new byte[bytes.Length]));
    }

    private static string Escape(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        byte[] escaped = new byte[PathEscaping.MaximumLength(bytes.Length)];
        return Encoding.ASCII.GetString(escaped, 0, PathEscaping.Write(bytes, escaped));
    }

    private static string Join(PathHandling handling, string service, string request, int matched, bool strip)
    {
        byte[] servicePath = Encoding.UTF8.GetBytes(service);
        byte[] path = Encoding.UTF8.GetBytes(request);
        byte[] joined = new byte[UpstreamPath.MaximumLength(servicePath, path)];
        return Encoding.ASCII.GetString(joined, 0, UpstreamPath.Write(handling, servicePath, path, matched, strip, joined));
    }
}
