using System.Buffers;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>
/// All that is public on a buffer, found by reflection so that nothing can be forgotten, and
/// callable with arguments that are valid.
/// </summary>
internal static class BufferMembers
{
    private delegate void Call(PlatformBuffer buffer, PlatformBuffer other, byte[] array);

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    // The end itself; a constant; and the stream, which throws when it is used.
    private static readonly string[] s_exempt =
        [nameof(PlatformBuffer.Dispose), "get_Zone", nameof(BufferViews.AsStream)];

    private static readonly (MethodInfo Method, Call Call)[] s_calls =
        [.. Find().Select(method => (method, Compile(method)))];

    /// <summary>How many there are.</summary>
    public static int Count => s_calls.Length;

    /// <summary>The members that do not throw what is expected.</summary>
    public static IEnumerable<string> WithoutException<TException>(PlatformBuffer buffer)
        where TException : Exception
    {
        foreach ((MethodInfo method, Call call) in s_calls)
        {
            if (!method.IsStatic && !method.DeclaringType!.IsInstanceOfType(buffer))
                continue;

            string? wrong = Try<TException>(buffer, call);
            if (wrong is not null)
                yield return $"{method.DeclaringType!.Name}.{method}: {wrong}";
        }
    }

    private static string? Try<TException>(PlatformBuffer buffer, Call call)
        where TException : Exception
    {
        using PlatformBuffer other = PlatformBuffer.Allocate(8, AllocationZone.Heap);
        try
        {
            call(buffer, other, new byte[4]);
            return "no exception";
        }
        catch (TException)
        {
            return null;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return error.GetType().Name;
        }
    }

    private static IEnumerable<MethodInfo> Find()
    {
        Type[] types = typeof(PlatformBuffer).Assembly.GetExportedTypes();
        Type[] buffers = [.. types.Where(typeof(PlatformBuffer).IsAssignableFrom)];
        IEnumerable<MethodInfo> members = buffers.SelectMany(type => type.GetMethods(Declared));
        IEnumerable<MethodInfo> extensions = types
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(method => method.IsDefined(typeof(ExtensionAttribute))
                && method.GetParameters()[0].ParameterType == typeof(PlatformBuffer));
        return members.Concat(typeof(IBufferWriter<byte>).GetMethods()).Concat(extensions)
            .Where(method => !s_exempt.Contains(method.Name))
            .Select(method => method.IsGenericMethodDefinition
                ? method.MakeGenericMethod(typeof(int))
                : method);
    }

    // Spans can be passed by compiled code only.
    private static Call Compile(MethodInfo method)
    {
        var compiled = new DynamicMethod(
            method.Name,
            null,
            [typeof(PlatformBuffer), typeof(PlatformBuffer), typeof(byte[])],
            typeof(BufferMembers).Module);
        ILGenerator il = compiled.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        if (!method.IsStatic)
            il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (ParameterInfo parameter in method.GetParameters().Skip(method.IsStatic ? 1 : 0))
            Load(il, parameter);
        il.Emit(method.IsStatic ? OpCodes.Call : OpCodes.Callvirt, method);
        if (method.ReturnType != typeof(void))
            il.Emit(OpCodes.Stloc, il.DeclareLocal(method.ReturnType));
        il.Emit(OpCodes.Ret);
        return compiled.CreateDelegate<Call>();
    }

    private static void Load(ILGenerator il, ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(PlatformBuffer))
        {
            il.Emit(OpCodes.Ldarg_1);
        }
        else if (type == typeof(byte[]))
        {
            il.Emit(OpCodes.Ldarg_2);
        }
        else if (type == typeof(ReadOnlySpan<byte>))
        {
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Call, type.GetMethod("op_Implicit", [typeof(byte[])])!);
        }
        else if (parameter.Name == "byteCount")
        {
            il.Emit(OpCodes.Ldc_I4_1);
        }
        else if (type.IsByRef)
        {
            il.Emit(OpCodes.Ldloca, il.DeclareLocal(type.GetElementType()!));
        }
        else
        {
            il.Emit(OpCodes.Ldloc, il.DeclareLocal(type));
        }
    }
}
