using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gibbon.Pdk.Entities;
using Gibbon.Routing;
using Gibbon.Routing.Paths;
using Gibbon.Settings;

namespace Gibbon.Tests.Routing;

/// <summary>The recorded router scenarios, as far as a router alone can answer them: which route, and which upstream path.</summary>
public sealed class GoldenRouterTests
{
    public static TheoryData<string, string> Scenarios()
    {
        TheoryData<string, string> rows = [];
        foreach (string file in new[] { "router.json", "router-expressions.json" })
        {
            foreach (JsonElement scenario in ConformanceData.Read($"golden/{file}").EnumerateArray())
            {
                string config = scenario.TryGetProperty("config", out JsonElement text) ? text.GetString()! : "";
                if (config.StartsWith('{') && scenario.GetProperty("steps").EnumerateArray().All(step => step.GetProperty("at").GetString() != "admin"))
                {
                    rows.Add(file, scenario.GetProperty("name").GetString()!);
                }
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Answers_as_recorded(string file, string name)
    {
        JsonElement scenario = ConformanceData.Read($"golden/{file}").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        RouterFlavor flavor = file == "router.json" ? RouterFlavor.TraditionalCompatible : RouterFlavor.Expressions;
        Dictionary<Guid, string> servicePaths = [];
        Router router = Router.Create(flavor, Routes(JsonDocument.Parse(scenario.GetProperty("config").GetString()!).RootElement, servicePaths));
        Assert.Empty(router.Rejected);

        foreach (JsonElement step in scenario.GetProperty("steps").EnumerateArray())
        {
            JsonElement request = step.GetProperty("request");
            JsonElement expect = step.GetProperty("expect");
            int status = expect.GetProperty("status").GetInt32();
            if (status == 400)
            {
                continue;
            }

            RequestSample sample = Sample(step.GetProperty("at").GetString()!, request);
            RouteMatch? match = sample.In(router);
            if (status == 404)
            {
                Assert.Null(match?.Route!.Name);
            }
            else if (expect.TryGetProperty("json", out JsonElement json) && json.TryGetProperty("uri", out JsonElement uri))
            {
                Assert.NotNull(match);
                Assert.Equal(uri.GetString(), Upstream(match.Value, servicePaths[match.Value.Route!.Id], sample));
            }
            else
            {
                Assert.NotNull(match);
            }
        }
    }

    private static string Upstream(RouteMatch match, string servicePath, RequestSample sample)
    {
        byte[] service = Encoding.UTF8.GetBytes(servicePath);
        byte[] path = sample.Path;
        byte[] joined = new byte[UpstreamPath.MaximumLength(service, path)];
        int length = UpstreamPath.Write(PathHandling.V0, service, path, match.Path.Length, match.Route!.StripPath, joined);
        int query = sample.Target.IndexOf('?');
        return Encoding.ASCII.GetString(joined, 0, length) + (query < 0 ? "" : sample.Target[query..]);
    }

    private static RequestSample Sample(string at, JsonElement request)
    {
        List<(string, string)> headers = [];
        string host = "127.0.0.1:8443";
        if (request.TryGetProperty("headers", out JsonElement given))
        {
            foreach (JsonProperty header in given.EnumerateObject())
            {
                if (header.NameEquals("Host"))
                {
                    host = header.Value.GetString()!;
                }
                else
                {
                    IEnumerable<string> values = header.Value.ValueKind == JsonValueKind.Array
                        ? header.Value.EnumerateArray().Select(value => value.GetString()!)
                        : [header.Value.GetString()!];
                    headers.AddRange(values.Select(value => (header.Name, value)));
                }
            }
        }

        return new RequestSample
        {
            Protocol = at == "proxy_ssl" ? RouteProtocol.Https : RouteProtocol.Http,
            DestinationPort = at == "proxy_ssl" ? 8443 : 8000,
            Method = request.GetProperty("method").GetString()!,
            Target = request.GetProperty("path").GetString()!,
            Host = host,
            Sni = request.TryGetProperty("sni", out JsonElement sni) ? sni.GetString()! : "",
            Headers = [.. headers],
        };
    }

    private static IEnumerable<Route> Routes(JsonElement config, Dictionary<Guid, string> servicePaths)
    {
        foreach (JsonElement service in config.TryGetProperty("services", out JsonElement services) ? services.EnumerateArray().ToArray() : [])
        {
            if (service.TryGetProperty("enabled", out JsonElement enabled) && !enabled.GetBoolean())
            {
                continue;
            }

            string path = new Uri(service.GetProperty("url").GetString()!).AbsolutePath;
            foreach (JsonElement route in service.GetProperty("routes").EnumerateArray())
            {
                Route read = Read(route);
                servicePaths[read.Id] = service.GetProperty("url").GetString()!.EndsWith(path, StringComparison.Ordinal) ? path : "";
                yield return read;
            }
        }

        foreach (JsonElement route in config.TryGetProperty("routes", out JsonElement routes) ? routes.EnumerateArray().ToArray() : [])
        {
            Route read = Read(route);
            servicePaths[read.Id] = "";
            yield return read;
        }
    }

    private static Route Read(JsonElement route)
    {
        string name = route.GetProperty("name").GetString()!;
        return new Route
        {
            Id = NameId(name),
            Name = name,
            Protocols = List(route, "protocols")?.Select(word => Enum.Parse<Protocol>(word, ignoreCase: true)).ToArray() ?? [Protocol.Http, Protocol.Https],
            Hosts = List(route, "hosts"),
            Paths = List(route, "paths"),
            Methods = List(route, "methods"),
            Snis = List(route, "snis"),
            StripPath = !route.TryGetProperty("strip_path", out JsonElement strip) || strip.GetBoolean(),
            RegexPriority = route.TryGetProperty("regex_priority", out JsonElement priority) ? priority.GetInt64() : 0,
            Expression = route.TryGetProperty("expression", out JsonElement expression) ? expression.GetString() : null,
            Priority = route.TryGetProperty("priority", out JsonElement order) ? order.GetInt64() : 0,
            Headers = route.TryGetProperty("headers", out JsonElement headers)
                ? headers.EnumerateObject().ToDictionary(
                    header => header.Name, header => (IReadOnlyList<string>)[.. header.Value.EnumerateArray().Select(value => value.GetString()!)])
                : null,
        };
    }

    private static string[]? List(JsonElement route, string name)
        => route.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(value => value.GetString()!)] : null;

    // Ids of declared entities are made from their names; ties between routes depend on them.
    private static Guid NameId(string name) => Version5(Version5(new Guid("fd02801f-0957-4a15-a55a-c8d9606f30b5"), "routes"), name);

    private static Guid Version5(Guid space, string name)
    {
        byte[] hash = SHA1.HashData([.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)]);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
