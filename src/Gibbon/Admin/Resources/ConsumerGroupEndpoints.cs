using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Resources;

/// <summary>
/// <c>/consumer_groups/:consumer_groups…</c> and <c>/consumers/:consumers/consumer_groups…</c>: groups and who is in them, in the shapes that
/// decK writes and reads. Kong's open edition has none of it.
/// </summary>
internal sealed class ConsumerGroupEndpoints(AdminEntities entities)
{
    private const string Groups = "consumer_groups";
    private const string Consumers = "consumers";

    private readonly Memberships _memberships = new(entities);

    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Of("/consumer_groups/:consumer_groups", ("GET", GetAsync)),
        .. Members("/consumer_groups/:consumer_groups/consumers", Groups, "consumer_group", Consumers, "consumer"),
        .. Members("/consumers/:consumers/consumer_groups", Consumers, "consumer", Groups, "group"),
        ApiEndpoint.Of(
            "/consumer_groups/:consumer_groups/overrides/plugins/:name",
            ("PUT", request => With(request, Groups, group => OverrideAsync(request, group))),
            ("DELETE", request => With(request, Groups, group => RemoveOverrideAsync(request, group)))),
    ];

    // The group with its consumers, unless they are not wanted, and its plugins.
    private ValueTask<ApiAnswer> GetAsync(ApiRequest request) => With(request, Groups, async group =>
    {
        Guid id = EntityValues.IdOf(group);
        ValueList plugins = [];
        await foreach (object plugin in entities.EachAsync(
            "plugins", new EntityQuery { ForeignField = "consumer_group", ForeignId = id }, request.Cancellation))
        {
            plugins.Add(entities["plugins"].Schema.Select(EntityValues.Of(plugin), keepNulls: true, showShorthands: true));
        }

        ValueMap body = new() { ["consumer_group"] = group, ["plugins"] = plugins };
        if (request.QueryText("list_consumers") != "false")
        {
            body["consumers"] = new ValueList(await _memberships.AllAsync("consumer_group", id, request.Cancellation));
        }

        // The version is the group's own, which is what a change of it is about.
        return ApiAnswer.Json(200, body) with { Headers = new(StringComparer.OrdinalIgnoreCase) { ["ETag"] = EntityVersion.TagOf(group) } };
    });

    /// <param name="path">The collection.</param>
    /// <param name="kind">The kind of the one that the path names.</param>
    /// <param name="field">What a membership calls it.</param>
    /// <param name="others">The kind of those on the other side.</param>
    /// <param name="word">What a body calls one of them.</param>
    private IEnumerable<ApiEndpoint> Members(string path, string kind, string field, string others, string word)
    {
        yield return ApiEndpoint.Of(
            path,
            ("GET", request => With(request, kind, async one =>
            {
                if (PageArguments.Read(request, _memberships.Schema, out EntityQuery query) is { } fault)
                {
                    return ApiAnswer.Error(fault);
                }

                (EntityPage<ValueMap>? page, EntityError? error) = await _memberships.PageAsync(
                    query with { Tags = null, ForeignField = field, ForeignId = EntityValues.IdOf(one) }, request.Cancellation);
                return page is null ? ApiAnswer.Error(error!) : PageArguments.Answer(page, $"/{kind}/{request.Sent(kind)}/{others}");
            })),
            ("POST", request => With(request, kind, one => JoinAsync(request, one, field, others, word))),
            ("DELETE", request => With(request, kind, async one =>
                await _memberships.RemoveAsync(field, EntityValues.IdOf(one), null, request.Cancellation) is { } error ? ApiAnswer.Error(error) : ApiAnswer.NoContent())));
        yield return ApiEndpoint.Of(
            $"{path}/:{others}",
            ("GET", request => With(request, kind, one => With(request, others, async other =>
                await _memberships.IsThereAsync(field, EntityValues.IdOf(one), EntityValues.IdOf(other), request.Cancellation)
                    ? ApiAnswer.Json(200, new ValueMap { [others == Groups ? "consumer_group" : "consumer"] = other })
                    : ApiAnswer.NotFound()))),
            ("DELETE", request => With(request, kind, one => With(request, others, async other =>
                await _memberships.RemoveAsync(field, EntityValues.IdOf(one), EntityValues.IdOf(other), request.Cancellation) is { } error
                    ? ApiAnswer.Error(error)
                    : ApiAnswer.NoContent()))));
    }

    // One name or id, or a list of them; whoever is there already stays.
    private async ValueTask<ApiAnswer> JoinAsync(ApiRequest request, ValueMap one, string field, string others, string word)
    {
        object? given = request.Body.PlainArguments().Get(word);
        ValueList wanted = given as ValueList ?? [given];
        ValueList joined = [];
        foreach (object? item in wanted)
        {
            if (item is not string { Length: > 0 } text)
            {
                return ApiAnswer.Error(EntityErrors.SchemaViolation(new SchemaErrors(word, "required field missing")));
            }

            if (!EntityAddress.TryRead(entities[others].Schema, text, out EntityAddress address, out EntityError? invalid))
            {
                return ApiAnswer.Error(invalid);
            }

            (ValueMap? other, EntityError? error) = await entities[others].SelectAsync(address, request.Cancellation);
            if (other is null)
            {
                return ApiAnswer.Error(error ?? address.NotFound());
            }

            joined.Add(other);
        }

        foreach (ValueMap other in joined.OfType<ValueMap>())
        {
            if (await _memberships.AddAsync(field, EntityValues.IdOf(one), EntityValues.IdOf(other), request.Cancellation) is { } error)
            {
                return ApiAnswer.Error(error);
            }
        }

        return ApiAnswer.Json(201, new ValueMap { [field] = one, [others] = joined });
    }

    // An override is the group's own configuration of a plugin.
    private async ValueTask<ApiAnswer> OverrideAsync(ApiRequest request, ValueMap group)
    {
        string name = request.Parameter("name");
        ValueMap plugin = new()
        {
            ["name"] = name,
            ["consumer_group"] = EntityValues.ReferenceTo(group),
            ["config"] = request.Body.PlainArguments().Get("config") ?? new ValueMap(),
        };
        Guid id = await PluginAsync(group, name, request.Cancellation) ?? Guid.NewGuid();
        (ValueMap? stored, EntityError? error) = await entities["plugins"].UpsertAsync(EntityAddress.Of(id), plugin, request.Cancellation);
        return stored is null ? ApiAnswer.Error(error!) : ApiAnswer.Json(200, new ValueMap
        {
            ["config"] = stored.Get("config"),
            ["consumer_group"] = group.Get("name"),
            ["plugin"] = name,
        });
    }

    private async ValueTask<ApiAnswer> RemoveOverrideAsync(ApiRequest request, ValueMap group) =>
        await PluginAsync(group, request.Parameter("name"), request.Cancellation) is { } id
            ? EntityEndpoints.Deleted(await entities["plugins"].DeleteAsync(EntityAddress.Of(id), request.Cancellation))
            : ApiAnswer.NotFound();

    private async ValueTask<Guid?> PluginAsync(ValueMap group, string name, CancellationToken cancellation)
    {
        EntityQuery query = new() { ForeignField = "consumer_group", ForeignId = EntityValues.IdOf(group) };
        await foreach (object plugin in entities.EachAsync("plugins", query, cancellation))
        {
            ValueMap values = EntityValues.Of(plugin);
            if (values.GetString("name") == name)
            {
                return EntityValues.IdOf(values);
            }
        }

        return null;
    }

    private async ValueTask<ApiAnswer> With(ApiRequest request, string kind, Func<ValueMap, ValueTask<ApiAnswer>> answer)
    {
        (ValueMap? entity, ApiAnswer otherwise) = await EntityEndpoints.FindAsync(entities, kind, request);
        return entity is null ? otherwise : await answer(entity);
    }
}
