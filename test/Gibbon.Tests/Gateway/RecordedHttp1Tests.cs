using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gibbon.Tests.Gateway;

/// <summary>Raw requests that Kong 3.9 was sent, and its answers, byte for byte but for times and ids.</summary>
public sealed partial class RecordedHttp1Tests(RecordedScene scene) : IClassFixture<RecordedScene>
{
    // Where we mean to answer otherwise: docs/differences.md says why.
    private static readonly Dictionary<string, string> StatusOfOurs = new()
    {
        ["HTTP/0.9"] = "400",
        ["bare LF"] = "400",
        ["fragment"] = "400",
    };

    public static TheoryData<int, string> Names
    {
        get
        {
            var names = new TheoryData<int, string>();
            foreach ((int index, JsonElement recorded) in RecordedScene.Cases("http1-cases.json").Index()) names.Add(index, recorded.GetProperty("case").GetString()!);
            return names;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_is_Kongs(int index, string name)
    {
        JsonElement recorded = RecordedScene.Cases("http1-cases.json").ElementAt(index);

        string answer = await scene.ExchangeAsync(
            Whole(name, recorded.GetProperty("request").GetString()!), tls: name.StartsWith("plain http to TLS", StringComparison.Ordinal));

        if (recorded.GetProperty("response").GetString() is "not http\r\n\r\n" or "hello\n" || StatusOfOurs.ContainsKey(name))
            Assert.StartsWith($"HTTP/1.1 {StatusOfOurs.GetValueOrDefault(name, "502")} ", answer);
        else
            Assert.Equal(recorded.GetProperty("response").GetString(), answer);
    }

    // The recordings leave out the middle of long requests and tell how long they were.
    private static string Whole(string name, string request)
    {
        if (Cut().Match(request) is not { Success: true } cut) return request;
        if (name == "headers 40000 total")
        {
            string start = request[..request.IndexOf("B0:", StringComparison.Ordinal)];
            return start + string.Concat(Enumerable.Range(0, 20).Select(i => $"B{i}: {new string('a', 2096)}\r\n")) + "\r\n";
        }

        string head = request[..cut.Index];
        string end = name.StartsWith("414", StringComparison.Ordinal) ? " HTTP/1.1\r\nHost: t.test\r\nConnection: close\r\n\r\n"
            : name == "413 chunked" ? "\r\n0\r\n\r\n"
            : name.StartsWith("header ", StringComparison.Ordinal) ? "\r\n\r\n"
            : "";
        return head.PadRight(int.Parse(cut.Groups[1].Value, null) - end.Length, 'a') + end;
    }

    [GeneratedRegex(@"\.\.\.\((\d+) bytes\)$")]
    private static partial Regex Cut();
}
