namespace Sluice.Memory;

/// <summary>Somebody who gives the same memory out again and again.</summary>
internal interface IMemoryHome
{
    /// <summary>Nobody uses the memory any more. Any thread.</summary>
    void TakeBack(BufferMemory memory);

    /// <summary>Nobody gave the memory back; it is being freed. The finalizer's thread.</summary>
    void OnLost(BufferMemory memory);
}
