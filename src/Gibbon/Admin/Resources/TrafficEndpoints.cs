using System.Globalization;
using Gibbon.Admin.Requests;
using Gibbon.Pdk.Schemas;
using Gibbon.Proxy.Traffic;
using Gibbon.Settings;

namespace Gibbon.Admin.Resources;

/// <summary>
/// <c>/traffic</c>: the last requests, while recording is on; <c>/traffic/recording</c>: the switch; <c>/traffic/rates</c>: how much goes where;
/// <c>/traffic/totals</c>: what is counted of every request. Beyond Kong: docs/traffic.md.
/// </summary>
internal sealed class TrafficEndpoints(TrafficRecorder recorder, TrafficTotals totals)
{
    private const int DefaultSize = 100;
    private static readonly string[] Filters = ["method", "host", "path", "status", "route", "service", "consumer", "source"];

    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Of("/traffic", ("GET", request => new ValueTask<ApiAnswer>(List(request))), ("DELETE", _ => new ValueTask<ApiAnswer>(Forget()))),
        ApiEndpoint.Of(
            "/traffic/recording", ("GET", _ => new ValueTask<ApiAnswer>(State())), ("PATCH", request => new ValueTask<ApiAnswer>(Change(request)))),
        ApiEndpoint.Get("/traffic/rates", _ => ApiAnswer.Json(200, TrafficRates.Of(recorder.Recording, recorder.Time.GetUtcNow()))),
        ApiEndpoint.Get("/traffic/totals", _ => ApiAnswer.Json(200, Totals())),
        ApiEndpoint.Get("/traffic/:requests", request => recorder.Recording.After(0).Find(one => one.Id == request.Parameter("requests")) is { } found
            ? ApiAnswer.Json(200, Tell(found))
            : ApiAnswer.NotFound()),
    ];

    /// <summary>A request as answers show it: the fields of Kong's log, where it has them.</summary>
    public static ValueMap Tell(RecordedRequest request) => new()
    {
        ["number"] = request.Number,
        ["id"] = request.Id,
        ["started_at"] = request.StartedAt.ToUnixTimeMilliseconds(),
        ["client_ip"] = request.ClientIp,
        ["request"] = new ValueMap
        {
            ["method"] = request.Method,
            ["scheme"] = request.Scheme,
            ["protocol"] = request.Protocol,
            ["host"] = request.Host,
            ["path"] = request.Path,
            ["headers"] = Headers(request.RequestHeaders),
            ["size"] = request.RequestSize,
        },
        ["response"] = new ValueMap
        {
            ["status"] = (long)request.Status,
            ["headers"] = Headers(request.ResponseHeaders),
            ["size"] = request.ResponseSize,
        },
        ["source"] = request.Source,
        ["answered_by"] = request.AnsweredBy,
        ["route"] = Entity(request.Route),
        ["service"] = Entity(request.Service),
        ["consumer"] = Entity(request.Consumer),
        ["upstream"] = Entity(request.Upstream),
        ["tries"] = new ValueList(request.Tries.Select(static attempt => new ValueMap
        {
            ["address"] = attempt.Address, ["target"] = Entity(attempt.Target), ["status"] = (long)attempt.Status, ["failed"] = attempt.Failed,
        })),
        ["latencies"] = new ValueMap
        {
            ["request"] = request.Latencies.Request,
            ["kong"] = request.Latencies.Kong,
            ["proxy"] = request.Latencies.Proxy,
            ["receive"] = request.Latencies.Receive,
            ["phases"] = new ValueList(request.Latencies.Phases.Select(static phase => new ValueMap { ["name"] = phase.Phase, ["time"] = phase.Milliseconds })),
            ["plugins"] = new ValueList(request.Latencies.Plugins.Select(static plugin => new ValueMap
            {
                ["name"] = plugin.Name, ["id"] = plugin.Id.ToString(), ["phase"] = plugin.Phase, ["time"] = plugin.Milliseconds,
            })),
        },
    };

    private ApiAnswer List(ApiRequest request)
    {
        if (!TryNumber(request, "size", DefaultSize, 1, TrafficSettings.LargestSize, out long size, out string? fault)
            || !TryNumber(request, "since", 0, 0, long.MaxValue, out long since, out fault))
        {
            return ApiAnswer.Message(400, fault!);
        }

        TrafficRecording recording = recorder.Recording;
        List<RecordedRequest> found = recording.After(since);
        foreach (string name in Filters)
        {
            if (request.QueryText(name) is { Length: > 0 } wanted)
            {
                found.RemoveAll(one => !Matches(one, name, wanted));
            }
        }

        return ApiAnswer.Json(200, new ValueMap
        {
            ["data"] = new ValueList(found.Take((int)size).Select(Tell)),
            ["last"] = recording.Last,
            ["enabled"] = recorder.Current is not null,
        });
    }

    private static bool TryNumber(ApiRequest request, string name, long otherwise, long least, long most, out long number, out string? fault)
    {
        fault = null;
        number = otherwise;
        if (request.QueryText(name) is not { } text || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most))
        {
            return true;
        }

        fault = most == long.MaxValue ? $"{name} must be a number" : $"{name} must be an integer between {least} and {most}";
        return false;
    }

    private static bool Matches(RecordedRequest request, string name, string wanted) => name switch
    {
        "method" => request.Method.Equals(wanted, StringComparison.OrdinalIgnoreCase),
        "host" => request.Host.Contains(wanted, StringComparison.OrdinalIgnoreCase),
        "path" => request.Path.Contains(wanted, StringComparison.OrdinalIgnoreCase),
        "source" => request.Source == wanted,
        "route" => Is(request.Route, wanted),
        "service" => Is(request.Service, wanted),
        "consumer" => Is(request.Consumer, wanted),
        _ => StatusIs(request.Status, wanted),
    };

    // 404, or 4xx.
    private static bool StatusIs(int status, string wanted)
    {
        string text = status.ToString("000", CultureInfo.InvariantCulture);
        return wanted.Length == text.Length && wanted.Zip(text).All(static pair => pair.First is 'x' or 'X' || pair.First == pair.Second);
    }

    private static bool Is(RecordedEntity? entity, string wanted) => entity is not null && (entity.Name == wanted || entity.Id.ToString() == wanted);

    private ApiAnswer Forget()
    {
        recorder.Clear();
        return ApiAnswer.NoContent();
    }

    private ApiAnswer State() => ApiAnswer.Json(200, new ValueMap
    {
        ["enabled"] = recorder.Current is not null,
        ["sample_rate"] = recorder.Recording.SampleRate,
        ["size"] = (long)recorder.Recording.Size,
    });

    private ApiAnswer Change(ApiRequest request)
    {
        bool isOn = recorder.Current is not null;
        double rate = recorder.Recording.SampleRate;
        int size = recorder.Recording.Size;
        foreach ((string name, object? value) in request.Body.PlainArguments())
        {
            object? given = value is string text ? FormTypes.Number(text) ?? (text is "true" or "false" ? text == "true" : text) : value;
            double number = given is bool or string or null or ValueMap or ValueList ? double.NaN : Convert.ToDouble(given, CultureInfo.InvariantCulture);
            switch (name)
            {
                case "enabled" when given is bool on:
                    isOn = on;
                    break;
                case "sample_rate" when number is >= 0 and <= 1:
                    rate = number;
                    break;
                case "size" when number is >= 1 and <= TrafficSettings.LargestSize && number == Math.Floor(number):
                    size = (int)number;
                    break;
                default:
                    return ApiAnswer.Message(400, name switch
                    {
                        "enabled" => "enabled: expected a boolean",
                        "sample_rate" => "sample_rate: value should be between 0 and 1",
                        "size" => $"size: value should be between 1 and {TrafficSettings.LargestSize}",
                        _ => $"{name}: unknown field",
                    });
            }
        }

        recorder.Change(isOn, rate, size);
        return State();
    }

    private ValueMap Totals() => new()
    {
        ["statuses"] = new ValueMap
        {
            ["none"] = totals.StatusesOf(0),
            ["1xx"] = totals.StatusesOf(1),
            ["2xx"] = totals.StatusesOf(2),
            ["3xx"] = totals.StatusesOf(3),
            ["4xx"] = totals.StatusesOf(4),
            ["5xx"] = totals.StatusesOf(5),
        },
        ["latencies"] = new ValueMap
        {
            ["request"] = Histogram(totals.RequestLatencies()),
            ["kong"] = Histogram(totals.GatewayLatencies()),
        },
    };

    private static ValueList Histogram(IReadOnlyList<(double UpTo, long Count)> buckets) =>
        new(buckets.Select(static bucket => new ValueMap { ["up_to"] = bucket.UpTo, ["count"] = bucket.Count }));

    private static ValueMap? Entity(RecordedEntity? entity) => entity is null ? null : new ValueMap { ["id"] = entity.Id.ToString(), ["name"] = entity.Name };

    private static ValueMap Headers(IEnumerable<(string Name, string Value)> headers)
    {
        ValueMap map = [];
        foreach ((string name, string value) in headers)
        {
            map[name] = value;
        }

        return map;
    }
}
